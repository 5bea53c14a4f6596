import * as tf from '@tensorflow/tfjs-core'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'
import { maskedSoftmax } from '../ops/masked-softmax.js'
import { requireShapes } from '../ops/shapes.js'
import type { AttentionInputs } from './attention.js'
import { xavierUniform } from './initializers.js'
import { Linear } from './linear.js'
import { Module } from './module.js'
import { requireSizes } from './options.js'

export interface MultiHeadAttentionOptions {
  /** Q, numbers in a query, and in what comes out. */
  querySize: number
  /** M, numbers in each remembered vector; default Q. */
  memorySize?: number
  /** Heads, each of Q / heads numbers. Default 4. */
  numHeads?: number
  rng: Rng
}

const knownOptions = {
  querySize: true,
  memorySize: true,
  numHeads: true,
  rng: true,
} satisfies KnownOptions<MultiHeadAttentionOptions>

export interface MultiHeadAttended {
  /** `[B, K, Q]` */
  output: tf.Tensor
  /** `[B, heads, K, S]`, rows sum to 1 (to 0 where the whole memory is masked). */
  weights: tf.Tensor
}

/**
 * Multi-head attention (Vaswani et al. 2017, "Attention is all you need", section 3.2.2), with d = Q / heads:
 *
 *     head_i = softmax((W_q q)_i (W_k m)_iᵀ / √d) (W_v m)_i
 *     output = W_o [head_1; …; head_heads]
 *
 * for queries q `[B, K, Q]` and a memory m `[B, S, M]`; self-attention where both are the same. Parameters: `query`,
 * `key`, `value` and `output`, each with `weight [Q, …]` and `bias [Q]`.
 */
export class MultiHeadAttention extends Module {
  readonly querySize: number
  readonly memorySize: number
  readonly numHeads: number
  readonly query: Linear
  readonly key: Linear
  readonly value: Linear
  readonly output: Linear

  /** @throws InvalidArgumentError when a size is not a positive integer, Q no multiple of the heads, or an option unknown. */
  constructor(options: MultiHeadAttentionOptions) {
    super()
    requireKnownOptions(options, knownOptions)
    const { querySize, memorySize = querySize, numHeads = 4, rng } = options
    requireSizes({ querySize, memorySize, numHeads })
    if (querySize % numHeads !== 0)
      throw new InvalidArgumentError({
        argument: 'numHeads',
        expected: `a divisor of querySize ${querySize}`,
        received: String(numHeads),
      })
    this.querySize = querySize
    this.memorySize = memorySize
    this.numHeads = numHeads
    const linear = (inputSize: number) =>
      new Linear({ inputSize, outputSize: querySize, initializer: xavierUniform, rng })
    this.query = linear(querySize)
    this.key = linear(memorySize)
    this.value = linear(memorySize)
    this.output = linear(querySize)
  }

  /**
   * @returns output `[B, K, Q]` and the weights of every head.
   * @throws ShapeError when shapes do not belong together.
   */
  forward({ queries, memory, memoryMask }: AttentionInputs): MultiHeadAttended {
    const { B, K } = requireShapes({
      queries: [queries, ['B', 'K', this.querySize]],
      memory: [memory, ['B', 'S', this.memorySize]],
      memoryMask: [memoryMask, ['B', 'S']],
    }) as { B: number; K: number }
    const size = this.querySize / this.numHeads
    const q = this.heads(tf.mul(this.query.forward(queries), 1 / Math.sqrt(size)), [0, 2, 1, 3]) // [B, heads, K, d]
    const k = this.heads(this.key.forward(memory), [0, 2, 3, 1]) // [B, heads, d, S]
    const v = this.heads(this.value.forward(memory), [0, 2, 1, 3]) // [B, heads, S, d]
    const mask = memoryMask && tf.expandDims(tf.expandDims(tf.cast(memoryMask, 'bool'), 1), 1)
    const weights = maskedSoftmax(tf.matMul(q, k), mask) // [B, heads, K, S]
    const joined = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [B, K, this.querySize])
    return { output: this.output.forward(joined), weights }
  }

  /** `[B, N, Q]` → `[B, N, heads, d]`, its axes in another order. */
  private heads(x: tf.Tensor, order: number[]): tf.Tensor {
    const [B, N] = x.shape as [number, number]
    return tf.transpose(tf.reshape(x, [B, N, this.numHeads, this.querySize / this.numHeads]), order)
  }
}
