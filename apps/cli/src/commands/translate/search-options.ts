/** How translations are searched for: flags of `evaluate` and `run`. */
import type { LengthPenalty } from '@attentive/core'
import type { TranslateOptions } from '@attentive/nlp'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { nonNegativeNumber, positiveInteger } from '../../options.js'

export const beamSizeOption = new Option(
  '--beam-size <n>',
  'hypotheses kept for each sentence (default: 5)',
).argParser(positiveInteger)

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
  'beamSize' | 'nBest' | 'lengthPenalty' | 'coveragePenalty' | 'maxLength' | 'maxSourceLength' | 'batchSize'
> & { replaceUnknown?: true | undefined }

export function searchOptions({ replaceUnknown, ...flags }: SearchFlags): TranslateOptions {
  const { beamSize, nBest, lengthPenalty, coveragePenalty, maxLength, maxSourceLength, batchSize } = flags
  return {
    beamSize,
    nBest,
    lengthPenalty,
    coveragePenalty,
    maxLength,
    maxSourceLength,
    batchSize,
    replaceUnknown: replaceUnknown === true,
  }
}
