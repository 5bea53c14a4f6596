import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { normalQuantile } from '../../statistics/normal.js'
import { distributionCoverages, type Likelihood } from './likelihood.js'

export const gaussianSchema = z.strictObject({ type: z.literal('gaussian') })

/** Below this a standard deviation, in scaled units, is taken for it: a loss without end teaches nothing. */
export const leastDeviation = 1e-3

/**
 * Mean and standard deviation σ = softplus(s), learnt by the negative log-likelihood
 * log σ + (y − μ)² / (2σ²) + log(2π)/2 (DeepAR, Salinas et al. 2020, equation 3).
 */
export function gaussianLikelihood(): Likelihood {
  return {
    size: 2,
    parameters(raw) {
      const [mean, spread] = halves(raw)
      return tf.concat([mean, tf.add(tf.softplus(spread), leastDeviation)], -1)
    },
    affine(parameters, shift, scale) {
      const [mean, deviation] = halves(parameters)
      return tf.concat([tf.add(tf.mul(mean, scale), shift), tf.mul(deviation, scale)], -1)
    },
    loss(parameters, target) {
      const [mean, deviation] = halves(parameters).map((part) => tf.squeeze(part, [-1])) as Pair
      const standardised = tf.div(tf.sub(target, mean), deviation)
      const squares = tf.mul(tf.square(standardised), 0.5)
      return tf.add(tf.add(tf.log(deviation), squares), Math.log(2 * Math.PI) / 2)
    },
    point: (parameters) => tf.squeeze(halves(parameters)[0], [-1]),
    quantiles: ([mean = 0, deviation = 1], levels) =>
      levels.map((level) => mean + deviation * normalQuantile(level)),
    coverages: distributionCoverages,
    sample: ([mean = 0, deviation = 1], rng) => mean + deviation * rng.nextNormal(),
  }
}

type Pair = [tf.Tensor, tf.Tensor]

/** Of the numbers of two parameters. */
export function halves(parameters: tf.Tensor): Pair {
  return tf.split(parameters, 2, -1) as Pair
}
