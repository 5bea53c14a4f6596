/** Flags that several commands have, and how values of flags are read. */
import { type EngineRequest, engineRequests, precisions } from '@attentive/core'
import { type Command, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings'

/** For `argParser`: a number, or what was expected instead. */
function numberParser(expected: string, isFine: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && isFine(value)) return value
    throw new InvalidArgumentError(`Expected ${expected}.`)
  }
}

export const integer = numberParser('an integer', Number.isSafeInteger)
export const positiveInteger = numberParser(
  'a positive integer',
  (value) => Number.isSafeInteger(value) && value > 0,
)
/** More hypotheses than this of a sentence find nothing better, and take hours. */
const maxHypotheses = 1000

export const hypothesisCount = numberParser(
  `an integer from 1 to ${maxHypotheses}`,
  (value) => Number.isSafeInteger(value) && value > 0 && value <= maxHypotheses,
)
export const nonNegativeInteger = numberParser(
  'an integer of at least 0',
  (value) => Number.isSafeInteger(value) && value >= 0,
)
export const share = numberParser('a number above 0 and at most 1', (value) => value > 0 && value <= 1)
export const positiveNumber = numberParser('a number above 0', (value) => value > 0)
export const nonNegativeNumber = numberParser('a number of at least 0', (value) => value >= 0)

export const engineOption = new Option(
  '--engine <name>',
  'what computes (default: the fastest there is, see attentive doctor)',
).choices(engineRequests)

export const threadsOption = new Option(
  '--threads <n>',
  'threads that compute (default: physical cores)',
).argParser(positiveInteger)

export const precisionOption = new Option(
  '--precision <name>',
  'of products with weights: int8 is faster and a little less exact (default: float32)',
).choices(precisions)

export const jsonOption = new Option('--json', 'print one JSON object and nothing else on standard output')

export const tableFileOption = new Option(
  '--out <file>',
  'the table, as JSONL where the name ends in .jsonl, else as CSV (default: CSV on standard output)',
)

/** What `--engine` and `--threads` say. */
export type EngineFlags = {
  engine?: EngineRequest | undefined
  threads?: number | undefined
}

/** `--engine`, `--threads` and `--json`, in place. */
export function addRunOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & EngineFlags & { json?: true | undefined }> {
  command.addOption(engineOption).addOption(threadsOption).addOption(jsonOption)
  return command as Command<Args, Opts & EngineFlags & { json?: true | undefined }>
}
