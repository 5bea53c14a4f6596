/** What the commands of this folder do about wrong arguments. */
import { AttentiveError } from '@attentive/core'

/**
 * Reads the command line by `parse`; what is wrong with it is said in a line, with exit code 2.
 * @param usage what `--help` answers.
 */
export function readArguments<T>(parse: () => T, usage: string): T {
  if (process.argv.includes('--help')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return parse()
  } catch (error) {
    if (!isUsageError(error)) throw error
    console.error(`${error.message}\n(--help says more)`)
    process.exit(2)
  }
}

function isUsageError(error: unknown): error is Error {
  const code = String((error as { code?: unknown }).code ?? '')
  return error instanceof AttentiveError || code.startsWith('ERR_PARSE_ARGS')
}
