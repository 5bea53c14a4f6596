import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { Likelihood } from './likelihood.js'

export const pointSchema = z.strictObject({
  type: z.literal('point'),
  /** `mse`: towards the mean; `mae`: towards the median; `huber`: squared up to an error of 1, then absolute. */
  loss: z.enum(['mse', 'mae', 'huber']).default('mse'),
})

type PointLoss = (error: tf.Tensor) => tf.Tensor

const losses: Record<z.output<typeof pointSchema>['loss'], PointLoss> = {
  mse: tf.square,
  mae: tf.abs,
  /** e²/2 where |e| ≤ 1, else |e| − 1/2 (Huber 1964). */
  huber: (error) => {
    const size = tf.abs(error)
    const within = tf.minimum(size, 1)
    return tf.mul(within, tf.sub(size, tf.mul(within, 0.5)))
  },
}

/** One number a value, learnt by squared, absolute or Huber's loss. */
export function pointLikelihood({ loss }: z.output<typeof pointSchema>): Likelihood {
  return {
    size: 1,
    parameters: (raw) => raw,
    affine: (parameters, shift, scale) => tf.add(tf.mul(parameters, scale), shift),
    loss: (parameters, target) => losses[loss](tf.sub(tf.squeeze(parameters, [-1]), target)),
    point: (parameters) => tf.squeeze(parameters, [-1]),
    quantiles: null,
    coverages: [],
    sample: null,
  }
}
