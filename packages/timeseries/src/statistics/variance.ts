import { mean } from './mean.js'

/**
 * Population variance, Σ (x − m)² / n; NaN of none. By the corrected two-pass algorithm (Chan, Golub & LeVeque 1983,
 * "Algorithms for computing the sample variance"), (Σ (x − m)² − (Σ (x − m))² / n) / n: neither a mean far from 0 nor
 * what rounding has left in it takes digits.
 * @param center m, the mean, where it is known already.
 */
export function variance(values: readonly number[] | Float64Array, center = mean(values)): number {
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value - center
    squares += (value - center) ** 2
  }
  const n = values.length
  return Math.max(0, (squares - (sum * sum) / n) / n)
}
