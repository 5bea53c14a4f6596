import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { logGammaOf } from '../../statistics/log-gamma.js'
import { negativeBinomialQuantiles } from '../../statistics/negative-binomial.js'
import { halves } from './gaussian.js'
import { distributionCoverages, type Likelihood } from './likelihood.js'

export const negativeBinomialSchema = z.strictObject({ type: z.literal('negativeBinomial') })

/** With a mean of 0 the loss has no end; with less dispersion 32 bits do not tell its gradient. */
const leastMean = 1e-4
const leastDispersion = 1e-2

/**
 * Counts: mean μ = softplus(m) and dispersion α = softplus(a), learnt by the negative log-likelihood
 * log Γ(1/α) + log Γ(y + 1) − log Γ(y + 1/α) + log(1 + αμ)/α − y log(αμ / (1 + αμ)) (DeepAR, Salinas et al. 2020,
 * section 3.1). Counts are not scaled: windows are divided by their mean, and μ is multiplied by it, α divided by its
 * root (section 3.3).
 */
export function negativeBinomialLikelihood(): Likelihood {
  return {
    size: 2,
    parameters(raw) {
      const [mean, dispersion] = halves(raw)
      return tf.concat(
        [tf.add(tf.softplus(mean), leastMean), tf.add(tf.softplus(dispersion), leastDispersion)],
        -1,
      )
    },
    /** There is no shift. */
    affine(parameters, _shift, scale) {
      const [mean, dispersion] = halves(parameters)
      return tf.concat([tf.mul(mean, scale), tf.div(dispersion, tf.sqrt(scale))], -1)
    },
    loss(parameters, target) {
      const [mean, dispersion] = halves(parameters).map((part) => tf.squeeze(part, [-1])) as [
        tf.Tensor,
        tf.Tensor,
      ]
      const count = tf.maximum(target, 0)
      const r = tf.reciprocal(dispersion)
      const spread = tf.mul(dispersion, mean)
      const choices = tf.sub(
        tf.add(logGammaOf(r), logGammaOf(tf.add(count, 1))),
        logGammaOf(tf.add(count, r)),
      )
      const grown = tf.log(tf.add(spread, 1))
      return tf.add(choices, tf.sub(tf.mul(grown, r), tf.mul(count, tf.sub(tf.log(spread), grown))))
    },
    point: (parameters) => tf.squeeze(halves(parameters)[0], [-1]),
    quantiles([mean = 0, dispersion = 1], levels) {
      const order = levels.map((_, i) => i).sort((a, b) => (levels[a] as number) - (levels[b] as number))
      const rising = negativeBinomialQuantiles(
        order.map((i) => levels[i] as number),
        { mean, dispersion },
      )
      return levels.map((_, i) => rising[order.indexOf(i)] as number)
    },
    coverages: distributionCoverages,
    sample: ([mean = 0, dispersion = 1], rng) =>
      negativeBinomialQuantiles([rng.next()], { mean, dispersion })[0] as number,
  }
}
