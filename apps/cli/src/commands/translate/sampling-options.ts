/** Translations that are drawn at random: flags of `run`. */
import { InvalidArgumentError } from '@attentive/core'
import type { TranslateOptions } from '@attentive/nlp'
import { Option } from '@commander-js/extra-typings'
import { integer, positiveInteger, positiveNumber, share } from '../../options.js'

/** What only a search for the likeliest translations reads. */
const beamFlags = ['beamSize', 'lengthPenalty', 'coveragePenalty']

export const temperatureOption = new Option(
  '--temperature <x>',
  'draw translations at random: below 1 likely words are drawn more often than the model says, above 1 less often',
)
  .argParser(positiveNumber)
  .conflicts(beamFlags)

export const topKOption = new Option(
  '--top-k <n>',
  'draw at random, among the n likeliest words at each place',
)
  .argParser(positiveInteger)
  .conflicts(beamFlags)

export const topPOption = new Option(
  '--top-p <x>',
  'draw at random, among the likeliest words at each place whose probabilities add up to x',
)
  .argParser(share)
  .conflicts(beamFlags)

export const seedOption = new Option('--seed <n>', 'of what is drawn at random (default: 1)').argParser(
  integer,
)

export interface SamplingFlags {
  temperature?: number | undefined
  topK?: number | undefined
  topP?: number | undefined
  seed?: number | undefined
}

/**
 * Any of the flags but the seed asks for translations that are drawn at random.
 * @throws InvalidArgumentError for a seed of nothing.
 */
export function samplingOf({ seed, ...flags }: SamplingFlags): TranslateOptions['sampling'] {
  const { temperature, topK, topP } = flags
  if ([temperature, topK, topP].some((value) => value !== undefined))
    return { temperature, topK, topP, seed: seed ?? 1 }
  if (seed === undefined) return undefined
  throw new InvalidArgumentError({
    argument: '--seed',
    expected: '--temperature, --top-k or --top-p beside it',
    received: 'none of them',
    hint: 'A search for the likeliest translation has nothing random.',
  })
}
