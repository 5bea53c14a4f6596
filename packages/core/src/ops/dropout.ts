import * as tf from '@tensorflow/tfjs-core'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'

export interface DropoutOptions {
  /** Probability of dropping a unit, in [0, 1). */
  rate: number
  rng: Rng
  /** Axes along which one decision holds for all entries; `[1]` on `[B, T, D]` is one mask for all time steps. */
  sharedAxes?: readonly number[]
}

/**
 * Inverted dropout: y = x ∘ m / (1 − rate), m ~ Bernoulli(1 − rate), so that E[y] = x and nothing is to be done
 * when predicting (Srivastava et al. 2014). With the time axis in `sharedAxes`, variational dropout: one mask for
 * all time steps (Gal & Ghahramani 2016).
 *
 * Inside a traced function the mask is a new one at every run.
 * @param x `[…]`, any shape.
 * @returns `[…]`, the same.
 * @throws InvalidArgumentError when `rate` is outside [0, 1).
 */
export function dropout(x: tf.Tensor, { rate, rng, sharedAxes = [] }: DropoutOptions): tf.Tensor {
  requireRate('rate', rate)
  if (rate === 0) return x
  const shape = x.shape.map((size, axis) => (sharedAxes.includes(axis) ? 1 : size))
  return tf.mul(x, tf.mul(rng.bernoulli(shape, 1 - rate), 1 / (1 - rate)))
}

/** @throws InvalidArgumentError when a dropout rate is outside [0, 1). */
export function requireRate(argument: string, rate: number): void {
  if (!(rate >= 0 && rate < 1))
    throw new InvalidArgumentError({ argument, expected: 'a probability in [0, 1)', received: String(rate) })
}
