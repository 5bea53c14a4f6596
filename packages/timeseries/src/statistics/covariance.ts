/** Mean and covariance of rows of numbers, and how far a row lies from them. */
import { mean } from './mean.js'

export interface Spread {
  /** `[C]` */
  mean: number[]
  /** L of the covariance L Lᵀ, `[C, C]` row by row. */
  factor: number[]
}

/** Added to each variance, relative to it: channels that move together are no reason to divide by nothing. */
const ridge = 1e-3

/**
 * Of rows `[N, C]` without missing numbers.
 * @param rows at least one.
 */
export function spreadOf(rows: readonly Float64Array[]): Spread {
  const C = rows[0]?.length ?? 0
  const center = Array.from({ length: C }, (_, c) => mean(rows.map((row) => row[c] as number)))
  const covariance = Array.from({ length: C * C }, (_, at) => {
    const [i, j] = [Math.floor(at / C), at % C]
    const deviation = (row: Float64Array, c: number) => (row[c] as number) - (center[c] as number)
    const value = mean(rows.map((row) => deviation(row, i) * deviation(row, j)))
    return i === j ? value * (1 + ridge) + 1e-12 : value
  })
  return { mean: center, factor: cholesky(covariance, C) }
}

/** L with L Lᵀ = A. */
function cholesky(a: readonly number[], C: number): number[] {
  const l = new Array<number>(C * C).fill(0)
  const at = (i: number, j: number) => l[i * C + j] as number
  for (let i = 0; i < C; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * C + j] as number
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k)
      l[i * C + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(j, j)
    }
  return l
}

/** (x − μ)ᵀ Σ⁻¹ (x − μ) / C: 1 on average where rows are like those that were measured. */
export function mahalanobis(row: ArrayLike<number>, { mean, factor }: Spread): number {
  const C = mean.length
  const solved: number[] = []
  for (let i = 0; i < C; i++) {
    let sum = (row[i] as number) - (mean[i] as number)
    for (let k = 0; k < i; k++) sum -= (factor[i * C + k] as number) * (solved[k] as number)
    solved.push(sum / (factor[i * C + i] as number))
  }
  return solved.reduce((sum, value) => sum + value * value, 0) / C
}
