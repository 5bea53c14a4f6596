/** Flags that several commands have, and how values of flags are read. */
import { engineRequests, precisions } from '@attentive/core'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

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
export const positiveNumber = numberParser('a number above 0', (value) => value > 0)
export const nonNegativeNumber = numberParser('a number of at least 0', (value) => value >= 0)

export const engineOption = new Option(
  '--engine <name>',
  'what computes (default: the fastest there is, see attentive doctor)',
).choices(engineRequests)

export const threadsOption = new Option(
  '--threads <n>',
  'threads inside one operation (default: physical cores)',
).argParser(positiveInteger)

export const precisionOption = new Option(
  '--precision <name>',
  'of products with weights: int8 is faster and a little less exact (default: float32)',
).choices(precisions)

export const jsonOption = new Option('--json', 'print one JSON object and nothing else on standard output')
