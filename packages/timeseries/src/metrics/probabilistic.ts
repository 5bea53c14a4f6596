/**
 * Scores of quantiles, intervals, samples and distributions. Values whose truth is NaN are left out; a forecast that is
 * NaN makes the score NaN.
 */
import { InvalidArgumentError } from '@attentive/core'
import { requireProbability } from '../checks.js'
import { mean } from '../statistics/mean.js'
import { normalDensity, normalDistribution } from '../statistics/normal.js'
import { requireEqualLengths } from './point.js'

/** Mean over the places whose truth is known; NaN where there is none. */
function meanWhereKnown(actual: ArrayLike<number>, value: (i: number) => number): number {
  let [sum, known] = [0, 0]
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue
    sum += value(i)
    known++
  }
  return known === 0 ? Number.NaN : sum / known
}

/** Pinball loss of one value, max(q (y − ŷ), (q − 1)(y − ŷ)). */
function pinballOf(actual: number, forecast: number, level: number): number {
  const above = actual - forecast
  return Math.max(level * above, (level - 1) * above)
}

/**
 * Pinball (quantile) loss, its mean over the values (Koenker & Bassett 1978, "Regression quantiles"), in units of the
 * series. At level 0.5 half the MAE.
 */
export function pinball(actual: ArrayLike<number>, quantile: ArrayLike<number>, level: number): number {
  requireProbability('level', level)
  requireEqualLengths(actual, quantile)
  return meanWhereKnown(actual, (i) => pinballOf(actual[i] as number, quantile[i] as number, level))
}

/** Quantile forecasts by level. */
export type QuantileForecasts = ReadonlyMap<number, ArrayLike<number>>

/**
 * Weighted quantile loss, 2 Σ pinball / Σ |y|, mean over the levels (Salinas et al. 2020, DeepAR, section 4.2: ρ-risk):
 * free of units. NaN when all truths are 0.
 */
export function weightedQuantileLoss(actual: ArrayLike<number>, quantiles: QuantileForecasts): number {
  requireQuantiles(quantiles)
  const size = meanWhereKnown(actual, (i) => Math.abs(actual[i] as number))
  const losses = [...quantiles].map(([level, values]) => 2 * pinball(actual, values, level))
  return size === 0 ? Number.NaN : mean(losses) / size
}

/**
 * Continuous ranked probability score from quantiles at evenly spread levels, 2 · mean pinball: the finer the levels, the
 * closer to the integral (Gneiting & Ranjan 2011, equation 11).
 */
export function crpsFromQuantiles(actual: ArrayLike<number>, quantiles: QuantileForecasts): number {
  requireQuantiles(quantiles)
  const losses = [...quantiles].map(([level, values]) => 2 * pinball(actual, values, level))
  return mean(losses)
}

/**
 * CRPS from samples, E|X − y| − E|X − X'| / 2 (Gneiting & Raftery 2007, equation 21).
 * @param samples N paths, `[N, n]` row by row.
 * @param fair divides the second term by N (N − 1) instead of N², which has no bias for small N. Default false.
 */
export function crpsFromSamples(
  actual: ArrayLike<number>,
  samples: ArrayLike<number>,
  { fair = false }: { fair?: boolean } = {},
): number {
  const n = actual.length
  const N = samples.length / n
  if (!Number.isInteger(N) || N < (fair ? 2 : 1))
    throw new InvalidArgumentError({
      argument: 'samples',
      expected: `a multiple of ${n} values, at least ${fair ? 2 : 1} paths`,
      received: String(samples.length),
    })
  return meanWhereKnown(actual, (i) => {
    const drawn = Float64Array.from({ length: N }, (_, k) => samples[k * n + i] as number).sort()
    const distance = drawn.reduce((sum, x) => sum + Math.abs(x - (actual[i] as number)), 0) / N
    // Σ_{j<k} (x_k − x_j) of sorted values.
    const spread = drawn.reduce((sum, x, k) => sum + x * (2 * k - N + 1), 0)
    return distance - spread / (fair ? N * (N - 1) : N * N)
  })
}

/** CRPS of normal distributions, σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π), z = (y − μ) / σ (Gneiting & Raftery 2007, section 4.2). */
export function crpsGaussian(
  actual: ArrayLike<number>,
  means: ArrayLike<number>,
  deviations: ArrayLike<number>,
): number {
  requireEqualLengths(actual, means)
  requireEqualLengths(actual, deviations)
  return meanWhereKnown(actual, (i) => {
    const sigma = deviations[i] as number
    const z = ((actual[i] as number) - (means[i] as number)) / sigma
    return sigma * (z * (2 * normalDistribution(z) - 1) + 2 * normalDensity(z) - 1 / Math.sqrt(Math.PI))
  })
}

/** Share of truths within the interval, its ends included; 0.9 is what a 90 % interval should have. */
export function coverage(
  actual: ArrayLike<number>,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): number {
  requireEqualLengths(actual, lower)
  requireEqualLengths(actual, upper)
  return meanWhereKnown(actual, (i) => {
    const [y, low, high] = [actual[i] as number, lower[i] as number, upper[i] as number]
    return Number.isNaN(low) || Number.isNaN(high) ? Number.NaN : Number(y >= low && y <= high)
  })
}

/** Mean width of the interval, in units of the series. */
export function intervalWidth(lower: ArrayLike<number>, upper: ArrayLike<number>): number {
  requireEqualLengths(lower, upper)
  return mean(Array.from(lower, (low, i) => (upper[i] as number) - low))
}

/**
 * Interval score of a central interval that leaves out a share α, upper − lower + 2/α · what the truth lies outside by
 * (Gneiting & Raftery 2007, section 6.2); divided by `seasonalScale` it is the MSIS of the M4 competition.
 * @param level 1 − α, as 0.95.
 */
export function intervalScore(
  actual: ArrayLike<number>,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  level: number,
): number {
  requireProbability('level', level)
  requireEqualLengths(actual, lower)
  requireEqualLengths(actual, upper)
  return meanWhereKnown(actual, (i) => {
    const [y, low, high] = [actual[i] as number, lower[i] as number, upper[i] as number]
    const outside = Math.max(0, low - y) + Math.max(0, y - high)
    return high - low + (2 / (1 - level)) * outside
  })
}

function requireQuantiles(quantiles: QuantileForecasts): void {
  if (quantiles.size === 0)
    throw new InvalidArgumentError({
      argument: 'quantiles',
      expected: 'at least one level',
      received: 'none',
    })
}
