/** What the simple forecasts share. */
import { DataError } from '@attentive/core'
import { previousFiller, withGapsFilled } from '../statistics/gaps.js'

/** A forecast of one channel. */
export interface ChannelForecast {
  /** `[H]` */
  mean: Float64Array
  /** Of the forecast error, `[H]`; NaN where the history is too short to tell. */
  standardDeviation: Float64Array
}

/**
 * A history without holes: each missing value is the last one before it; those before the first value are dropped.
 * @throws DataError when there is no value at all.
 */
export function withoutHoles(history: Float64Array): Float64Array {
  const first = history.findIndex((value) => !Number.isNaN(value))
  if (first < 0)
    throw new DataError({
      argument: 'history',
      expected: 'at least one value',
      received: history.length === 0 ? 'none' : 'missing values alone',
    })
  const known = history.subarray(first)
  return withGapsFilled(known, previousFiller(known))
}

/** √(Σ e² / (n − parameters)); NaN when there are no more residuals than parameters. */
export function residualDeviation(residuals: Float64Array, parameters = 0): number {
  const freedom = residuals.length - parameters
  return freedom > 0 ? Math.sqrt(residuals.reduce((sum, e) => sum + e * e, 0) / freedom) : Number.NaN
}

/** `[H]`, a number for each step h = 1 … H. */
export function overHorizon(horizon: number, value: (h: number) => number): Float64Array {
  return Float64Array.from({ length: horizon }, (_, i) => value(i + 1))
}
