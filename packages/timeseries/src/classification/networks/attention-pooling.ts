/**
 * Attention from learnt queries: r weighted means of a sequence of states, r = 1 in Yang et al. 2016 ("Hierarchical
 * attention networks for document classification", equations 5 to 7), more in Lin et al. 2017 ("A structured
 * self-attentive sentence embedding", equations 6 and 7).
 *
 *     A = softmax_t(V tanh(W h_t + b))         r rows of T weights
 *     m = A [h_1; …; h_T]
 */
import { Linear, Module, maskedSoftmax, type Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { linearWeights } from '../../networks/weight-counts.js'

export interface PoolingSizes {
  /** M, numbers in a state. */
  memorySize: number
  /** A, numbers in what states are compared by. */
  attentionSize: number
  /** r, default 1. */
  hops?: number
}

export interface Pooled {
  /** `[B, r, M]` */
  means: tf.Tensor
  /** `[B, r, T]`, rows sum to 1 (to 0 where everything is masked). */
  weights: tf.Tensor
}

export class AttentionPooling extends Module {
  readonly key: Linear
  readonly energy: Linear

  constructor({ rng, ...sizes }: PoolingSizes & { rng: Rng }) {
    super()
    const { key, energy } = partSizes(sizes)
    this.key = new Linear({ ...key, rng })
    this.energy = new Linear({ ...energy, rng })
  }

  static weightCount(sizes: PoolingSizes): number {
    const { key, energy } = partSizes(sizes)
    return linearWeights(key) + linearWeights(energy)
  }

  /** @param states `[B, T, M]`. @param mask `[B, T]`, 1 = valid; default: all valid. */
  forward(states: tf.Tensor, mask?: tf.Tensor): Pooled {
    const energies = this.energy.forward(tf.tanh(this.key.forward(states))) // [B, T, r]
    const weights = maskedSoftmax(tf.transpose(energies, [0, 2, 1]), mask && tf.expandDims(mask, 1))
    return { means: tf.matMul(weights, states), weights }
  }
}

function partSizes({ memorySize, attentionSize, hops = 1 }: PoolingSizes) {
  return {
    key: { inputSize: memorySize, outputSize: attentionSize },
    energy: { inputSize: attentionSize, outputSize: hops, bias: false },
  }
}
