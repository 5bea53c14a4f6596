/** Which channel is strange: of each its residual and its liveliness, in units of their deviations on clean data. */
import type { Spread } from '../statistics/covariance.js'

/**
 * Of each channel, the larger of its squared numbers by their variance, `[T, C]`.
 * @param observed `[T, F]`, F a multiple of C: number f is one of channel f mod C.
 * @param C channels.
 */
export function channelScores(observed: Float64Array, C: number, { mean, factor }: Spread): Float64Array {
  const F = mean.length
  const variances = mean.map((_, f) =>
    factor.slice(f * F, (f + 1) * F).reduce((sum, value) => sum + value * value, 0),
  )
  const scores = new Float64Array((observed.length / F) * C)
  for (const [at, value] of observed.entries()) {
    const f = at % F
    const place = Math.floor(at / F) * C + (f % C)
    const score = (value - (mean[f] as number)) ** 2 / (variances[f] as number)
    if (f < C || score > (scores[place] as number)) scores[place] = score
  }
  return scores
}
