import { InvalidArgumentError } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { Likelihood } from './likelihood.js'

export const quantileSchema = z.strictObject({
  type: z.literal('quantiles'),
  /** Probabilities between 0 and 1, rising; the point forecast is the one nearest to the median. */
  levels: z
    .array(z.number().gt(0).lt(1))
    .min(1)
    .default([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
    .refine((levels) => levels.every((level, i) => i === 0 || level > (levels[i - 1] as number)), {
      error: 'must rise, each level once',
    }),
})

/**
 * One number for each level q, learnt by the pinball loss, max(q (y − ŷ), (q − 1)(y − ŷ)), mean over the levels
 * (Koenker & Bassett 1978, "Regression quantiles"). Levels in between are interpolated; where quantiles cross they are
 * read in order of size (Chernozhukov et al. 2010).
 */
export function quantileLikelihood({ levels }: z.output<typeof quantileSchema>): Likelihood {
  const middle = levels.reduce((best, level, i) => {
    return Math.abs(level - 0.5) < Math.abs((levels[best] as number) - 0.5) ? i : best
  }, 0)
  return {
    size: levels.length,
    parameters: (raw) => raw,
    affine: (parameters, shift, scale) => tf.add(tf.mul(parameters, scale), shift),
    loss(parameters, target) {
      const above = tf.sub(tf.expandDims(target, -1), parameters)
      const q = tf.tensor1d(levels)
      return tf.mean(tf.maximum(tf.mul(above, q), tf.mul(above, tf.sub(q, 1))), -1)
    },
    point: (parameters) => tf.squeeze(tf.split(parameters, levels.length, -1)[middle] as tf.Tensor, [-1]),
    quantiles(parameters, wanted) {
      const values = parameters.toSorted()
      return wanted.map((level) => interpolate(levels, values, level))
    },
    coverages: levels.flatMap((low) => {
      const coverage = Number((1 - 2 * low).toFixed(10))
      return coverage > 0 && levels.some((high) => Math.abs(high - (1 - low)) < 1e-9) ? [coverage] : []
    }),
    sample: null,
  }
}

function interpolate(levels: readonly number[], values: Float32Array, level: number): number {
  const last = levels.length - 1
  if (level < (levels[0] as number) || level > (levels[last] as number))
    throw new InvalidArgumentError({
      argument: 'quantiles',
      expected: `levels from ${levels[0]} to ${levels[last]}, between which this model was trained`,
      received: String(level),
      hint: 'Train with `likelihood: { type: "quantiles", levels: […] }` that reach farther, or calibrate an interval.',
    })
  const above = levels.findIndex((known) => known >= level)
  const [low, high] = [levels[above - 1] ?? (levels[above] as number), levels[above] as number]
  const share = high === low ? 1 : (level - low) / (high - low)
  const [from, to] = [values[above - 1] ?? (values[above] as number), values[above] as number]
  return from + share * (to - from)
}
