/**
 * Autocorrelation at lags 1 … `lags`, of the pairs that are both there:
 * r_k = Σ (x_t - m)(x_{t-k} - m) / Σ (x_t - m)², as Box & Jenkins.
 */
export function autocorrelations(values: ArrayLike<number>, lags: number): number[] {
  let [sum, count] = [0, 0]
  for (let t = 0; t < values.length; t++)
    if (Number.isFinite(values[t])) {
      sum += values[t] as number
      count++
    }
  const mean = sum / count
  // A missing value adds nothing to any sum.
  const centred = Float64Array.from(values, (value) => (Number.isFinite(value) ? value - mean : 0))
  const variance = centred.reduce((total, x) => total + x * x, 0)
  return Array.from({ length: lags }, (_, i) => {
    let product = 0
    for (let t = i + 1; t < centred.length; t++)
      product += (centred[t] as number) * (centred[t - i - 1] as number)
    return variance > 0 ? product / variance : 0
  })
}
