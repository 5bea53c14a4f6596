/**
 * Errors of point forecasts, each the mean over values whose truth is known: where it is NaN, a value is left out, and
 * where none is left the result is NaN. A forecast that is NaN makes the error NaN: nothing is left out in silence.
 */
import { ShapeError } from '@attentive/core'

export type PointMetric = (actual: ArrayLike<number>, forecast: ArrayLike<number>) => number

/** Σ f / n over the values that are known and that `counts`. @throws ShapeError when there are not as many of both. */
function meanOf(
  fn: (actual: number, forecast: number) => number,
  counts: (actual: number) => boolean = () => true,
): PointMetric {
  return (actual, forecast) => {
    requireEqualLengths(actual, forecast)
    let [sum, count] = [0, 0]
    for (let i = 0; i < actual.length; i++) {
      const truth = actual[i] as number
      if (Number.isNaN(truth) || !counts(truth)) continue
      sum += fn(truth, forecast[i] as number)
      count++
    }
    return count === 0 ? Number.NaN : sum / count
  }
}

export function requireEqualLengths(actual: ArrayLike<number>, forecast: ArrayLike<number>): void {
  if (actual.length !== forecast.length)
    throw new ShapeError({
      argument: 'forecast',
      expected: `${actual.length} values, as many as actual ones`,
      received: String(forecast.length),
    })
}

/** Mean absolute error, Σ |y − ŷ| / n, in units of the series. */
export const mae: PointMetric = meanOf((y, f) => Math.abs(y - f))

/** Mean squared error, Σ (y − ŷ)² / n. */
export const mse: PointMetric = meanOf((y, f) => (y - f) ** 2)

/** Root of the mean squared error, in units of the series. */
export const rmse: PointMetric = (actual, forecast) => Math.sqrt(mse(actual, forecast))

/** Mean absolute percentage error, 100 Σ |y − ŷ| / |y| / n; values whose truth is 0 have none, and are left out. */
export const mape: PointMetric = meanOf(
  (y, f) => (100 * Math.abs(y - f)) / Math.abs(y),
  (y) => y !== 0,
)

/**
 * Symmetric MAPE in percent, 200 Σ |y − ŷ| / (|y| + |ŷ|) / n, from 0 to 200, as the M4 competition has it (Makridakis,
 * Spiliotis & Assimakopoulos 2020, "The M4 competition", section 2.3.1); 0 where both are 0.
 */
export const smape: PointMetric = meanOf((y, f) =>
  y === f ? 0 : (200 * Math.abs(y - f)) / (Math.abs(y) + Math.abs(f)),
)

/** Mean error, Σ (ŷ − y) / n: above 0 where forecasts are too high. */
export const bias: PointMetric = meanOf((y, f) => f - y)
