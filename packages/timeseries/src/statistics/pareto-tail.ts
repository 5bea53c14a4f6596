/** Thresholds far out in the tail of a distribution, farther than the sample reaches. */
import { mean } from './mean.js'
import { quantileOf } from './quantile.js'
import { variance } from './variance.js'

/** Share of the sample below which the tail begins. */
const bodyShare = 0.98
/** With fewer numbers above there is no telling the tail's shape. */
const leastExcesses = 5

/**
 * The value that is exceeded with probability `risk`: peaks over threshold with a generalised Pareto tail (Siffer et al.
 * 2017, "Anomaly detection in streams with extreme value theory", section 3), its shape ξ and scale σ by the method of
 * moments (Hosking & Wallis 1987) from the excesses over the 98 % quantile t,
 *
 *     ξ = (1 − m² / v) / 2    σ = m (m² / v + 1) / 2    z = t + σ/ξ ((risk · n / n_t)^{−ξ} − 1)
 *
 * @param sample at least one finite number. With few excesses the tail is taken to be exponential, ξ = 0.
 */
export function tailThreshold(sample: ArrayLike<number>, risk: number): number {
  const sorted = Float64Array.from(sample).sort()
  const start = quantileOf(sorted, bodyShare)
  const excesses = sorted.filter((value) => value > start).map((value) => value - start)
  const ratio = (risk * sorted.length) / Math.max(1, excesses.length)
  if (ratio >= 1) return quantileOf(sorted, 1 - risk)
  if (excesses.length === 0) return sorted.at(-1) as number
  const m = mean(excesses)
  const v = variance(excesses, m)
  if (excesses.length < leastExcesses || v === 0) return start - m * Math.log(ratio)
  // With a shape of 1/2 or more there would be no variance to go by; excesses cannot tell so much.
  const shape = Math.min(0.4, (1 - (m * m) / v) / 2)
  const scale = m * (1 - shape)
  if (Math.abs(shape) < 1e-6) return start - scale * Math.log(ratio)
  return start + (scale / shape) * (ratio ** -shape - 1)
}
