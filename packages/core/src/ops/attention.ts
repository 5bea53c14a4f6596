import * as tf from '@tensorflow/tfjs-core'
import type { AttentionScore, NamedTensors } from './attention-scores.js'
import { maskedSoftmax } from './masked-softmax.js'
import { requireShapes } from './shapes.js'

/** What is attended to; computed once a sentence. Every tensor has the sentences B as first axis. */
export type AttentionMemory = {
  /** `[B, S, M]` */
  values: tf.Tensor
  /** Projected for the score, `[B, …]`. */
  keys: tf.Tensor
  /** `[B, S]` bool, 1 = valid; undefined: all valid. */
  mask?: tf.Tensor
}

export interface AttendOptions {
  /** `[B, K, Q]`: K queries for each sentence. */
  queries: tf.Tensor
  memory: AttentionMemory
  score: AttentionScore
  /** `score.kernels(weights)`. */
  kernels: NamedTensors
}

export interface Attended {
  /** `[B, K, M]` */
  context: tf.Tensor
  /** `[B, K, S]`, rows sum to 1 (to 0 where the whole memory is masked). */
  weights: tf.Tensor
}

/**
 * a = softmax_s score(q, k_s) over the valid positions; context = Σ_s a_s v_s (Bahdanau, Cho & Bengio 2015, "Neural
 * machine translation by jointly learning to align and translate", section 3.1).
 * @returns context `[B, K, M]` and weights `[B, K, S]`.
 * @throws ShapeError when shapes do not belong together.
 */
export function attend({ queries, memory, score, kernels }: AttendOptions): Attended {
  const { values, keys, mask } = memory
  requireShapes({
    values: [values, ['B', 'S', 'M']],
    mask: [mask, ['B', 'S']],
    queries: [queries, ['B', 'K', 'Q']],
  })
  const weights = maskedSoftmax(score.score(queries, keys, kernels), mask && tf.expandDims(mask, 1))
  return { context: tf.matMul(weights, values), weights }
}

/**
 * `attend` from the states of a recurrent network, N = B·K of them, K for each row of the memory: a = softmax_s
 * score(h, k_s), context = Σ_s a_s v_s (Bahdanau, Cho & Bengio 2015, section 3.1).
 * @param rows `[N, Q]`.
 * @returns context `[N, M]` and weights `[N, S]`.
 * @throws ShapeError when shapes do not belong together.
 */
export function attendFromRows(
  rows: tf.Tensor,
  { memory, ...options }: Omit<AttendOptions, 'queries'>,
): Attended {
  const [N, Q] = rows.shape as [number, number]
  const [B, S, M] = memory.values.shape as [number, number, number]
  const { context, weights } = attend({ ...options, memory, queries: tf.reshape(rows, [B, N / B, Q]) })
  return { context: tf.reshape(context, [N, M]), weights: tf.reshape(weights, [N, S]) }
}

/** Projects a memory's keys for the score, once before the loop; the mask becomes boolean. */
export function prepareMemory(
  score: AttentionScore,
  weights: NamedTensors,
  values: tf.Tensor,
  mask?: tf.Tensor,
): AttentionMemory {
  requireShapes({ memory: [values, ['B', 'S', 'M']], memoryMask: [mask, ['B', 'S']] })
  return { values, keys: score.projectKeys(values, weights), mask: mask && tf.cast(mask, 'bool') }
}
