/**
 * Negative binomial distribution of counts, by mean μ and dispersion α, with variance μ + α μ² (DeepAR, Salinas et al.
 * 2020, section 3.1): P(k) = Γ(k + r) / (k! Γ(r)) (1 − q)^r q^k with r = 1/α and q = αμ / (1 + αμ).
 */
import { logGamma } from './log-gamma.js'

export interface CountDistribution {
  /** μ */
  mean: number
  /** α */
  dispersion: number
}

export function negativeBinomialLogProbability(k: number, { mean, dispersion }: CountDistribution): number {
  const r = 1 / dispersion
  const spread = dispersion * mean
  return (
    logGamma(k + r) -
    logGamma(k + 1) -
    logGamma(r) -
    r * Math.log1p(spread) +
    k * Math.log(spread / (1 + spread))
  )
}

/** Counts this many standard deviations below the mean have no weight. */
const negligible = 40

/** The least k with P(K ≤ k) ≥ `p`, for each of the rising levels. */
export function negativeBinomialQuantiles(
  levels: readonly number[],
  distribution: CountDistribution,
): number[] {
  const { mean, dispersion } = distribution
  if (!(mean > 0)) return levels.map(() => 0)
  const deviation = Math.sqrt(mean + dispersion * mean * mean)
  const ratio = (dispersion * mean) / (1 + dispersion * mean)
  let k = Math.max(0, Math.floor(mean - negligible * deviation))
  let probability = Math.exp(negativeBinomialLogProbability(k, distribution))
  let below = probability
  const end = mean + 1000 * deviation
  return levels.map((level) => {
    while (below < level && k < end) {
      probability *= (ratio * (k + 1 / dispersion)) / (k + 1)
      below += probability
      k++
    }
    return k
  })
}
