/** Student's t distribution. */
import type { Rng } from '@attentive/core'
import { logGamma } from './log-gamma.js'
import { normalQuantile } from './normal.js'

/** P(T ≤ t) with ν degrees of freedom, by the incomplete beta function (Abramowitz & Stegun 1964, 26.7.1). */
export function studentTDistribution(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
  return t > 0 ? 1 - tail : tail
}

function logDensity(t: number, degrees: number): number {
  const constant = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - Math.log(degrees * Math.PI) / 2
  return constant - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees)
}

/** t with P(T ≤ t) = `p`, by Newton's method, held between bounds, from the normal quantile. */
export function studentTQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0
  if (p < 0.5) return -studentTQuantile(1 - p, degrees)
  let [low, high] = [0, Number.POSITIVE_INFINITY]
  let t = normalQuantile(p)
  for (let i = 0; i < 100; i++) {
    const error = studentTDistribution(t, degrees) - p
    if (error > 0) high = t
    else low = t
    const next = t - error / Math.exp(logDensity(t, degrees))
    const held =
      next > low && next < high ? next : high === Number.POSITIVE_INFINITY ? 2 * t : (low + high) / 2
    if (Math.abs(held - t) <= 1e-12 * Math.abs(t)) return held
    t = held
  }
  return t
}

/** A number drawn: √(ν (u^{−2/ν} − 1)) cos 2πv (Bailey 1994, "Polar generation of random variates with the t-distribution"). */
export function studentTSample(degrees: number, rng: Rng): number {
  const radius = Math.sqrt(degrees * ((1 - rng.next()) ** (-2 / degrees) - 1))
  return radius * Math.cos(2 * Math.PI * rng.next())
}

/** The regularised I_x(a, b), by its continued fraction (Press et al. 2007, "Numerical recipes", section 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  )
  const tiny = 1e-300
  let [c, d] = [1, 1 / awayFromZero(1 - ((a + b) * x) / (a + 1), tiny)]
  let fraction = d
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    let change = 1
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d, tiny)
      c = awayFromZero(1 + term / c, tiny)
      fraction *= c * d
      change = c * d
    }
    if (Math.abs(change - 1) < 1e-15) break
  }
  return front * fraction
}

const awayFromZero = (value: number, tiny: number): number => (Math.abs(value) < tiny ? tiny : value)
