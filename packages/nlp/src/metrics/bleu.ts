/**
 * BLEU (Papineni et al. 2002, "BLEU: a method for automatic evaluation of machine translation"), by the definition of
 * sacreBLEU (Post 2018): `BP · exp(1/N · Σ_n log p_n)` with clipped n-gram precisions p_n, N = 4, and the brevity
 * penalty `BP = min(1, exp(1 − r/h))` of hypothesis length h against closest reference length r.
 */
import { InvalidArgumentError } from '@attentive/core'
import { z } from 'zod'
import { type BleuTokenizerName, bleuTokenizerNames, tokenizeForBleu } from './bleu-tokenizers.js'
import { formatFixed } from './format-fixed.js'
import type { MetricScore, Statistics } from './metric.js'
import { clippedMatches, countNgrams } from './ngram-matches.js'
import { parseOptions } from './options.js'
import type { SignatureFields } from './signature.js'
import { TextMetric } from './text-metric.js'

export interface BleuOptions {
  /** `'13a'` (default), `'intl'`, `'zh'`, `'char'`, or `'none'` for text that is tokenized already. */
  tokenizer?: BleuTokenizerName
  /** Ignore case. Default false. */
  lowercase?: boolean
  /**
   * What an n-gram order without a match counts as (Chen & Cherry 2014): `'exp'` (default) 1/2, 1/4, … of one match;
   * `'floor'` a fixed share of one match; `'add-k'` adds k to matches and totals of all orders above one; `'none'`
   * zero, and so is the score then.
   */
  smoothing?: BleuSmoothing
  /** The share of `'floor'` (default 0.1) or the k of `'add-k'` (default 1); the other methods have no value. */
  smoothingValue?: number
  /** Leave out orders for which the hypothesis has no n-grams; for scores of single sentences. Default false. */
  effectiveOrder?: boolean
  /** Greatest n-gram order. Default 4. */
  maxOrder?: number
}

export type BleuSmoothing = keyof typeof SMOOTHING_DEFAULTS

export interface BleuScore extends MetricScore {
  /** Smoothed n-gram precisions in percent, for n = 1, 2, … */
  readonly precisions: readonly number[]
  /** Matched n-grams, for n = 1, 2, … */
  readonly counts: readonly number[]
  /** N-grams of the hypotheses, for n = 1, 2, … */
  readonly totals: readonly number[]
  readonly brevityPenalty: number
  /** Tokens of the hypotheses. */
  readonly hypothesisLength: number
  /** Tokens of the references, of each sentence the one closest in length. */
  readonly referenceLength: number
}

const SMOOTHING_DEFAULTS = { exp: undefined, floor: 0.1, 'add-k': 1, none: undefined } as const

export const bleuOptionsSchema = z.strictObject({
  tokenizer: z.enum(bleuTokenizerNames).default('13a'),
  lowercase: z.boolean().default(false),
  smoothing: z.enum(Object.keys(SMOOTHING_DEFAULTS) as BleuSmoothing[]).default('exp'),
  smoothingValue: z.number().nonnegative().optional(),
  effectiveOrder: z.boolean().default(false),
  maxOrder: z.int().min(1).default(4),
})

/** sacreBLEU's floor of the logarithm, which makes a score with a zero precision zero. */
const LOG_OF_ZERO = -9999999999

/** BLEU in percent. Statistics: hypothesis length, reference length, matches per order, totals per order. */
export class Bleu extends TextMetric<BleuScore> {
  readonly name: string = 'BLEU'
  readonly higherIsBetter = true
  readonly numStatistics: number
  private readonly options: z.output<typeof bleuOptionsSchema>
  private readonly smoothingValue: number | undefined

  /** @throws InvalidArgumentError for an unknown option or value. */
  constructor(options: BleuOptions = {}) {
    super()
    this.options = parseOptions(bleuOptionsSchema, options)
    const { smoothing, smoothingValue, maxOrder } = this.options
    const defaultValue = SMOOTHING_DEFAULTS[smoothing]
    if (smoothingValue !== undefined && defaultValue === undefined)
      throw new InvalidArgumentError({
        argument: 'smoothingValue',
        expected: `no value, as smoothing '${smoothing}' has none`,
        received: String(smoothingValue),
        hint: "Use smoothing 'floor' or 'add-k'.",
      })
    this.smoothingValue = smoothingValue ?? defaultValue
    this.numStatistics = 2 + 2 * maxOrder
  }

  sentenceStatistics(hypothesis: string, references: readonly string[]): Statistics {
    const { maxOrder } = this.options
    const tokens = tokenizeForBleu(hypothesis, this.options)
    const referenceTokens = references.map((reference) => tokenizeForBleu(reference, this.options))
    const totals = Array.from({ length: maxOrder }, (_, n) => countNgrams(tokens.length, n + 1))
    return [
      tokens.length,
      closestLength(
        tokens.length,
        referenceTokens.map((reference) => reference.length),
      ),
      ...clippedMatches(tokens, referenceTokens, maxOrder),
      ...totals,
    ]
  }

  scoreFromStatistics(statistics: Statistics): BleuScore {
    const [hypothesisLength, referenceLength] = statistics as [number, number]
    const counts = statistics.slice(2, 2 + this.options.maxOrder)
    const totals = statistics.slice(2 + this.options.maxOrder)
    const brevityPenalty =
      hypothesisLength >= referenceLength ? 1 : Math.exp(1 - referenceLength / hypothesisLength)
    const { precisions, order } = this.precisions(counts, totals)
    const logSum = precisions
      .slice(0, order)
      .reduce((sum, p) => sum + (p === 0 ? LOG_OF_ZERO : Math.log(p)), 0)
    return {
      name: this.name,
      score: brevityPenalty * Math.exp(logSum / order),
      details: this.formatDetails(precisions, brevityPenalty, hypothesisLength, referenceLength),
      precisions,
      counts,
      totals,
      brevityPenalty,
      hypothesisLength,
      referenceLength,
    }
  }

  protected signatureFields(): SignatureFields {
    const { lowercase, effectiveOrder, tokenizer, smoothing, maxOrder } = this.options
    const value = this.smoothingValue
    return {
      case: lowercase ? 'lc' : 'mixed',
      eff: effectiveOrder,
      tok: tokenizer,
      smooth: value === undefined ? smoothing : `${smoothing}[${formatFixed(value, 2)}]`,
      ...(maxOrder === 4 ? {} : { order: maxOrder }),
    }
  }

  protected formatDetails(
    precisions: readonly number[],
    brevityPenalty: number,
    hypothesisLength: number,
    referenceLength: number,
  ): string {
    const ratio = referenceLength ? hypothesisLength / referenceLength : 0
    return (
      `${precisions.map((p) => formatFixed(p, 1)).join('/')} (BP = ${formatFixed(brevityPenalty, 3)} ` +
      `ratio = ${formatFixed(ratio, 3)} hyp_len = ${hypothesisLength} ref_len = ${referenceLength})`
    )
  }

  /** Precisions in percent, and the order up to which they enter the mean. */
  private precisions(counts: readonly number[], totals: readonly number[]) {
    const { maxOrder, smoothing, effectiveOrder } = this.options
    const precisions = new Array<number>(maxOrder).fill(0)
    let order = maxOrder
    if (counts.every((count) => count === 0)) return { precisions, order }
    // What an order without a match counts as.
    let floor = smoothing === 'floor' ? (this.smoothingValue as number) : smoothing === 'exp' ? 1 : 0
    for (let n = 0; n < maxOrder; n++) {
      const added = smoothing === 'add-k' && n > 0 ? (this.smoothingValue as number) : 0
      const count = (counts[n] as number) + added
      const total = (totals[n] as number) + added
      if (total === 0) break
      if (effectiveOrder) order = n + 1
      if (count === 0 && smoothing === 'exp') floor /= 2
      precisions[n] = (100 * (count || floor)) / total
    }
    return { precisions, order }
  }
}

/** The reference length closest to the hypothesis length; of two equally close ones the shorter. */
function closestLength(hypothesisLength: number, referenceLengths: readonly number[]): number {
  return referenceLengths.reduce((best, length) => {
    const difference = Math.abs(length - hypothesisLength) - Math.abs(best - hypothesisLength)
    return difference < 0 || (difference === 0 && length < best) ? length : best
  })
}
