/**
 * Likelihoods: what the O numbers that a network gives for each forecast value mean. In the graph each has a loss; on
 * the host it is read as a point, as quantiles, as samples.
 */
import type { Rng } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'

export interface Likelihood {
  /** O */
  readonly size: number
  /** The network's numbers as parameters, positive where they must be, `[…, O]` → `[…, O]`. */
  parameters(raw: tf.Tensor): tf.Tensor
  /** Parameters of shift + scale · Y from those of Y; `shift` and `scale` broadcast with one number in the last axis. */
  affine(parameters: tf.Tensor, shift: tf.Tensor, scale: tf.Tensor): tf.Tensor
  /** Loss of every value: parameters `[…, O]`, target `[…]` → `[…]`. */
  loss(parameters: tf.Tensor, target: tf.Tensor): tf.Tensor
  /** The point forecast, `[…, O]` → `[…]`: what the loss makes best. */
  point(parameters: tf.Tensor): tf.Tensor
  /** The values below which the truth lies with these probabilities; null when there is no saying. */
  quantiles: ((parameters: Float32Array, levels: readonly number[]) => number[]) | null
  /** Coverages of the central intervals that it is asked for where nobody says which; none when there is no saying. */
  readonly coverages: readonly number[]
  /** A value drawn; null when there is no distribution. */
  sample: ((parameters: Float32Array, rng: Rng) => number) | null
}

/** Of distributions, which have all. */
export const distributionCoverages = [0.5, 0.9] as const
