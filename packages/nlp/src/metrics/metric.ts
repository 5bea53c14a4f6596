/**
 * What all metrics share: they reduce each observation to a few numbers (its sufficient statistics), these add up
 * over a corpus, and the score is a function of the sum. So a corpus can be streamed, split over workers, or
 * resampled a thousand times (see paired-bootstrap.ts) without looking at a sentence twice.
 */
import { formatFixed } from './format-fixed.js'

/** Sufficient statistics of one sentence, or their sum over a corpus. What each number counts, the metric says. */
export type Statistics = readonly number[]

export interface MetricScore {
  /** What was computed, e.g. `BLEU`, `chrF2++`. */
  readonly name: string
  readonly score: number
  /** The breakdown that is customarily printed after the score; empty where there is none. */
  readonly details: string
}

/** A score with the signature that makes it reproducible. */
export type SignedScore<Score extends MetricScore = MetricScore> = Score & { readonly signature: string }

export abstract class Metric<Score extends MetricScore = MetricScore> {
  /** What is computed, as it is printed: `BLEU`, `chrF2++`, … */
  abstract readonly name: string
  /** Whether a greater score is a better one. */
  abstract readonly higherIsBetter: boolean
  /** How many numbers `Statistics` has. */
  abstract readonly numStatistics: number

  /** The score of what the (summed) statistics were taken from. */
  abstract scoreFromStatistics(statistics: Statistics): Score
}

/**
 * A score as sacreBLEU prints it, e.g.
 * `BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:attentive-0.1.0 = 36.25 67.1/42.3/… (BP = 1.000 …)`.
 *
 * @param options.decimals decimals of the score, 2 by default.
 */
export function formatScore(score: SignedScore, { decimals = 2 }: { decimals?: number } = {}): string {
  const line = `${score.name}|${score.signature} = ${formatFixed(score.score, decimals)}`
  return score.details ? `${line} ${score.details}` : line
}
