import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { logGammaOf } from '../../statistics/log-gamma.js'
import { studentTQuantile, studentTSample } from '../../statistics/student-t.js'
import { leastDeviation } from './gaussian.js'
import { distributionCoverages, type Likelihood } from './likelihood.js'

export const studentTSchema = z.strictObject({ type: z.literal('studentT') })

/**
 * Location μ, scale σ = softplus(s) and degrees of freedom ν = 2 + softplus(n), so that there is a variance, learnt by
 * the negative log-likelihood
 * log Γ(ν/2) − log Γ((ν + 1)/2) + log(νπ)/2 + log σ + (ν + 1)/2 · log(1 + (y − μ)² / (νσ²)): outliers pull less than
 * under a normal distribution.
 */
export function studentTLikelihood(): Likelihood {
  return {
    size: 3,
    parameters(raw) {
      const [location, spread, degrees] = thirds(raw)
      return tf.concat(
        [location, tf.add(tf.softplus(spread), leastDeviation), tf.add(tf.softplus(degrees), 2)],
        -1,
      )
    },
    affine(parameters, shift, scale) {
      const [location, spread, degrees] = thirds(parameters)
      return tf.concat([tf.add(tf.mul(location, scale), shift), tf.mul(spread, scale), degrees], -1)
    },
    loss(parameters, target) {
      const [location, spread, degrees] = thirds(parameters).map((part) => tf.squeeze(part, [-1])) as Three
      const half = tf.div(tf.add(degrees, 1), 2)
      const standardised = tf.square(tf.div(tf.sub(target, location), spread))
      const constant = tf.sub(logGammaOf(tf.div(degrees, 2)), logGammaOf(half))
      const size = tf.add(tf.div(tf.log(tf.mul(degrees, Math.PI)), 2), tf.log(spread))
      return tf.add(tf.add(constant, size), tf.mul(half, tf.log(tf.add(tf.div(standardised, degrees), 1))))
    },
    point: (parameters) => tf.squeeze(thirds(parameters)[0], [-1]),
    quantiles: ([location = 0, spread = 1, degrees = 2], levels) =>
      levels.map((level) => location + spread * studentTQuantile(level, degrees)),
    coverages: distributionCoverages,
    sample: ([location = 0, spread = 1, degrees = 2], rng) =>
      location + spread * studentTSample(degrees, rng),
  }
}

type Three = [tf.Tensor, tf.Tensor, tf.Tensor]

function thirds(parameters: tf.Tensor): Three {
  return tf.split(parameters, 3, -1) as Three
}
