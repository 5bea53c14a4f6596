/** Runs a program's main function: mistakes of its user end it with a sentence, not with a stack trace. */
import { AttentiveError } from '@attentive/core'
import { UsageError } from './options.js'

/** Exit code: 1 after an error, 2 after wrong usage, otherwise what `main` returns. */
export async function run(main: (args: readonly string[]) => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0
  } catch (error) {
    if (!(error instanceof AttentiveError || error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
