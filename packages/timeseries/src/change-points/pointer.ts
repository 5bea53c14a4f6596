/**
 * A network whose attention points at the step at which a window changes, or at nothing (pointer networks, Vinyals et
 * al. 2015): the score of a step compares the state at it with the state before it,
 *
 *     h_1 … h_W = LSTM(x_1 … x_W)                             both directions, x: value and difference
 *     e_t       = vᵀ tanh(W [h_t; h_{t−1}] + b)
 *     e_none    = uᵀ mean(h) + c
 *     a         = softmax(e_1, …, e_W, e_none)
 *
 * Attention that merely helps a classifier does not stand where the change is: states carry what they saw along. Here
 * it is what is learnt.
 */
import { Linear, Lstm, Module, type Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { mean } from '../statistics/mean.js'
import { variance } from '../statistics/variance.js'

export class Pointer extends Module {
  readonly encoder: Lstm
  readonly compare: Linear
  readonly score: Linear
  readonly none: Linear

  constructor(hiddenSize: number, rng: Rng) {
    super()
    this.encoder = new Lstm({ inputSize: 2, hiddenSize, bidirectional: true, rng })
    this.compare = new Linear({ inputSize: 4 * hiddenSize, outputSize: hiddenSize, rng })
    this.score = new Linear({ inputSize: hiddenSize, outputSize: 1, rng })
    this.none = new Linear({ inputSize: 2 * hiddenSize, outputSize: 1, rng })
  }

  /** @param values `[B, W]`, each row `standardised`. @returns logits `[B, W + 1]`, the last one for no change. */
  forward(values: tf.Tensor): tf.Tensor {
    const x = tf.stack([values, tf.sub(values, before(values))], 2)
    const { outputs } = this.encoder.forward(x)
    const compared = tf.tanh(this.compare.forward(tf.concat([outputs, before(outputs)], 2)))
    const scores = tf.squeeze(this.score.forward(compared), [2])
    return tf.concat([scores, this.none.forward(tf.mean(outputs, 1))], 1)
  }
}

/** A window as the pointer reads it: with mean 0 and deviation 1; constant values to 0. */
export function standardised(window: readonly number[] | Float64Array): Float32Array {
  const center = mean(window)
  const deviation = Math.sqrt(variance(window, center) + 1e-12)
  return Float32Array.from(window, (value) => (value - center) / deviation)
}

/** What was one step before; the first step has itself. */
function before(x: tf.Tensor): tf.Tensor {
  const [B, T, ...rest] = x.shape as [number, number, ...number[]]
  const from = [0, 0, ...rest.map(() => 0)]
  return tf.concat([tf.slice(x, from, [B, 1, ...rest]), tf.slice(x, from, [B, T - 1, ...rest])], 1)
}
