/** The distribution of residuals. */

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
