/** How translations are searched for: flags of `evaluate` and `run`. */
import type { LengthPenalty } from '@attentive/core'
import type { TranslateOptions } from '@attentive/nlp'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { hypothesisCount, nonNegativeInteger, nonNegativeNumber, positiveInteger } from '../../options.js'
import { type SamplingFlags, samplingOf } from './sampling-options.js'

export const beamSizeOption = new Option(
  '--beam-size <n>',
  'hypotheses kept for each sentence, at most 1000 (default: 5)',
).argParser(hypothesisCount)

export const lengthPenaltyOption = new Option(
  '--length-penalty <kind>',
  'gnmt or average, with an exponent such as gnmt:0.6, or none (default: gnmt:1)',
).argParser(parseLengthPenalty)

export const coveragePenaltyOption = new Option(
  '--coverage-penalty <x>',
  'weight of the penalty for source words that were not looked at (default: 0)',
).argParser(nonNegativeNumber)

export const maxLengthOption = new Option(
  '--max-length <n>',
  'tokens after which a translation is cut off (default: twice the source plus 10)',
).argParser(positiveInteger)

export const minLengthOption = new Option(
  '--min-length <n>',
  'tokens before which a translation does not end (default: 0)',
).argParser(nonNegativeInteger)

export const maxSourceLengthOption = new Option(
  '--max-source-length <n>',
  'tokens of a longer text that are translated; memory grows with its square (default: 1000)',
).argParser(positiveInteger)

export const batchSizeOption = new Option(
  '--batch-size <n>',
  'sentences translated at once (default: 64)',
).argParser(positiveInteger)

export const replaceUnknownOption = new Option(
  '--replace-unknown',
  'copy the most attended source word where the model knows no word',
)

export const banUnknownOption = new Option('--ban-unknown', 'never choose the unknown word')

/** Commander takes what begins with `--no-` for the opposite of another flag, and its value for that one's. */
export const noRepeatNgramSizeOption = new Option(
  '--no-repeat-ngram-size <n>',
  'no sequence of so many tokens occurs twice in a translation; 0: they may',
)
  .argParser(nonNegativeInteger)
  .default(0)

const penaltyTypes = ['gnmt', 'average', 'none'] as const

function parseLengthPenalty(text: string): LengthPenalty {
  const [name, alpha, ...rest] = text.split(':')
  const type = penaltyTypes.find((known) => known === name)
  if (!type || rest.length > 0 || (type === 'none' && alpha !== undefined))
    throw new InvalidArgumentError(
      'Expected gnmt, average or none, the first two perhaps with an exponent: gnmt:0.6.',
    )
  return alpha === undefined || type === 'none' ? { type } : { type, alpha: nonNegativeNumber(alpha) }
}

type SearchFlags = Pick<
  TranslateOptions,
  | 'beamSize'
  | 'nBest'
  | 'lengthPenalty'
  | 'coveragePenalty'
  | 'minLength'
  | 'maxLength'
  | 'maxSourceLength'
  | 'batchSize'
> & {
  replaceUnknown?: true | undefined
  banUnknown?: true | undefined
  /** `--no-repeat-ngram-size` */
  repeatNgramSize: number
} & SamplingFlags

/** @throws InvalidArgumentError for flags that make no sense together. */
export function searchOptions({ replaceUnknown, banUnknown, ...flags }: SearchFlags): TranslateOptions {
  const { beamSize, nBest, lengthPenalty, coveragePenalty, repeatNgramSize } = flags
  const { minLength, maxLength, maxSourceLength, batchSize } = flags
  return {
    beamSize,
    nBest,
    lengthPenalty,
    coveragePenalty,
    minLength,
    maxLength,
    maxSourceLength,
    batchSize,
    noRepeatNgramSize: repeatNgramSize,
    banUnknown: banUnknown === true,
    replaceUnknown: replaceUnknown === true,
    sampling: samplingOf(flags),
  }
}
