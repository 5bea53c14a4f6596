/**
 * Power transforms: growing functions of single values, by which series that vary the more the higher they are become
 * even. As they grow, quantiles of what is transformed are transformed quantiles, and come back as they were.
 */

import { leastBetween } from '../statistics/golden-section.js'
import { mean } from '../statistics/mean.js'
import { variance } from '../statistics/variance.js'

export const powerNames = ['log', 'log1p', 'boxCox', 'yeoJohnson'] as const
export type PowerName = (typeof powerNames)[number]

/** Values that λ is estimated from, at most, evenly spread: it is known to a few thousandths then. */
const mostValues = 100_000
/** Steps of the search, to 1e-7. */
const searchSteps = 36

/** Where λ is looked for: within, both families with a λ have a value for every forecast. */
export const lambdaRange = [0, 2] as const

export interface PowerTransform {
  /** Values must lie above. */
  above: number
  /** λ of known values; those without one have 1, which is not read. */
  learn(known: Float64Array): number
  forward(x: number, lambda: number): number
  /** What `forward` has made, or would have made of the limit that values lie above. */
  inverse(z: number, lambda: number): number
}

export const powerTransforms: Record<PowerName, PowerTransform> = {
  /** log x, for positive values. */
  log: { above: 0, learn: () => 1, forward: Math.log, inverse: (z) => finite(Math.exp(z)) },
  /** log(1 + x), for counts, which may be 0. */
  log1p: {
    above: -1,
    learn: () => 1,
    forward: Math.log1p,
    inverse: (z) => finite(Math.expm1(z)),
  },
  /** (x^λ − 1) / λ, log x for λ = 0, for positive values (Box & Cox 1964, equation 1). */
  boxCox: {
    above: 0,
    learn: boxCoxLambda,
    forward: (x, lambda) => boxCox(Math.log(x), lambda),
    inverse: (z, lambda) => finite(Math.exp(inverseBoxCox(z, lambda))),
  },
  /** Box–Cox of 1 + x, mirrored below 0 with 2 − λ (Yeo & Johnson 2000, equation 2.1), for values of any sign. */
  yeoJohnson: {
    above: Number.NEGATIVE_INFINITY,
    learn: yeoJohnsonLambda,
    forward: yeoJohnson,
    inverse: (z, lambda) =>
      z >= 0
        ? finite(Math.expm1(inverseBoxCox(z, lambda)))
        : -finite(Math.expm1(inverseBoxCox(-z, 2 - lambda))),
  },
}

/** Of log x: as good for λ near 0 as at 0. */
function boxCox(logarithm: number, lambda: number): number {
  return lambda === 0 ? logarithm : Math.expm1(lambda * logarithm) / lambda
}

/** log x; what lies below the image, a forecast below 0, is log 0. */
function inverseBoxCox(z: number, lambda: number): number {
  return lambda === 0 ? z : Math.log1p(Math.max(-1, lambda * z)) / lambda
}

function yeoJohnson(x: number, lambda: number): number {
  return x >= 0 ? boxCox(Math.log1p(x), lambda) : -boxCox(Math.log1p(-x), 2 - lambda)
}

/** No forecast is infinite. */
function finite(x: number): number {
  return Math.min(x, Number.MAX_VALUE)
}

/**
 * Maximum likelihood of λ: the least variance of the normalised values (x^λ − 1) / (λ ẋ^(λ−1)), ẋ the geometric mean
 * (Box & Cox 1964, equation 10).
 */
function boxCoxLambda(known: Float64Array): number {
  const logarithms = some(known).map(Math.log)
  const center = mean(logarithms)
  return bestLambda(logarithms, (lambda) =>
    Math.log(variance(logarithms.map((logarithm) => boxCox(logarithm - center, lambda)))),
  )
}

/** Maximum likelihood: log variance of the values less 2 (λ − 1) mean of sign(x) log(1 + |x|) (Yeo & Johnson 2000, section 3). */
function yeoJohnsonLambda(known: Float64Array): number {
  const values = some(known)
  const slope = mean(values.map((x) => Math.sign(x) * Math.log1p(Math.abs(x))))
  return bestLambda(
    values,
    (lambda) => Math.log(variance(values.map((x) => yeoJohnson(x, lambda)))) - 2 * (lambda - 1) * slope,
  )
}

/** 1, which changes no form, where values do not vary. */
function bestLambda(values: Float64Array, cost: (lambda: number) => number): number {
  return values.every((value) => value === values[0]) ? 1 : leastBetween(cost, ...lambdaRange, searchSteps)
}

function some(values: Float64Array): Float64Array {
  const stride = Math.ceil(values.length / mostValues)
  return stride <= 1 ? values : values.filter((_, i) => i % stride === 0)
}
