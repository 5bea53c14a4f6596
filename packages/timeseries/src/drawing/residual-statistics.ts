/** What is drawn of residuals beside their course: a histogram and their autocorrelation. */

export interface Histogram {
  /** Edge where the first bin begins. */
  start: number
  width: number
  counts: number[]
}

/**
 * Bins by the rule of Freedman & Diaconis (1981): 2 IQR / ∛n wide, from 5 to 60 of them.
 * @param values finite ones.
 */
export function histogramOf(values: ArrayLike<number>): Histogram {
  const sorted = Float64Array.from(values).sort()
  const n = sorted.length
  const [min, max] = [sorted[0] ?? 0, sorted[n - 1] ?? 1]
  if (min === max) return { start: min - 0.5, width: 1, counts: [n] }
  const quartile = (share: number) => sorted[Math.min(n - 1, Math.floor(share * n))] as number
  const rule = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(n)
  const bins = Math.min(60, Math.max(5, rule > 0 ? Math.ceil((max - min) / rule) : 5))
  const width = (max - min) / bins
  const counts = Array.from({ length: bins }, () => 0)
  for (const value of sorted) {
    const bin = Math.min(bins - 1, Math.floor((value - min) / width))
    counts[bin] = (counts[bin] as number) + 1
  }
  return { start: min, width, counts }
}

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
