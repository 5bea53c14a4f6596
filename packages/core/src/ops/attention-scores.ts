/**
 * How well a query q fits a key k: one row a score. Queries are `[B, K, Q]`: K of them share one sentence's memory
 * (K = 1 in training, the number of hypotheses in beam search), so the memory is never copied. What does not depend
 * on the query (projected keys, transposed weights) is computed once, before the loop.
 */
import * as tf from '@tensorflow/tfjs-core'
import { InvalidArgumentError } from '../errors.js'
import { linear, project } from './linear.js'

export interface ScoreSizes {
  /** Q */
  querySize: number
  /** M, the size of what is attended to. */
  keySize: number
  /** A, the size of the space in which both meet (scores that have one). */
  attentionSize: number
}

/** Tensors by name: a score's weights, or those weights as its loop wants them. */
export type NamedTensors = { [name: string]: tf.Tensor }

export interface AttentionScore {
  /** Names and shapes of its weights, `[out, in]` as in PyTorch. */
  weightShapes(sizes: ScoreSizes): Record<string, [number, number]>
  /** `[B, S, M]` → what `score` takes as keys, `[B, …]`. */
  projectKeys(keys: tf.Tensor, weights: NamedTensors): tf.Tensor
  /** Which axis of the projected keys runs along the S positions. */
  positionAxis: 1 | 2
  /** The weights that `score` needs, in the orientation it multiplies by. */
  kernels(weights: NamedTensors): NamedTensors
  /** queries `[B, K, Q]`, projected keys → `[B, K, S]`. */
  score(queries: tf.Tensor, projectedKeys: tf.Tensor, kernels: NamedTensors): tf.Tensor
}

/** vᵀ tanh(q + k) for every pair: queries `[B, K, A]`, keys `[B, S, A]` → `[B, K, S]`. */
function energy(queries: tf.Tensor, keys: tf.Tensor, energyKernel: tf.Tensor): tf.Tensor {
  const pairs = tf.tanh(tf.add(tf.expandDims(queries, 2), tf.expandDims(keys, 1))) // [B, K, S, A]
  return tf.squeeze(project(pairs, energyKernel), [3])
}

/** Keys as columns, `[B, S, Q]` → `[B, Q, S]`, so that the loop multiplies without transposing. */
function asColumns(keys: tf.Tensor): tf.Tensor {
  return tf.transpose(keys, [0, 2, 1])
}

/** qᵀ k for every pair: queries `[B, K, Q]`, keys as columns `[B, Q, S]` → `[B, K, S]`. */
function products(queries: tf.Tensor, keyColumns: tf.Tensor): tf.Tensor {
  return tf.matMul(queries, keyColumns)
}

function requireEqualSizes(score: string, { querySize, keySize }: ScoreSizes): void {
  if (querySize !== keySize)
    throw new InvalidArgumentError({
      argument: 'attention',
      expected: `queries and keys of one size for score '${score}'`,
      received: `${querySize} and ${keySize}`,
      hint: "Use 'general', 'additive' or 'concat', which have a matrix between them.",
    })
}

/** score = vᵀ tanh(W_q q + W_k k) (Bahdanau, Cho & Bengio 2015, appendix A.1.2). */
const additive: AttentionScore = {
  weightShapes: ({ querySize, keySize, attentionSize }) => ({
    queryWeight: [attentionSize, querySize],
    keyWeight: [attentionSize, keySize],
    energyWeight: [1, attentionSize],
  }),
  projectKeys: (keys, { keyWeight }) => linear(keys, keyWeight as tf.Tensor),
  positionAxis: 1,
  kernels: ({ queryWeight, energyWeight }) => ({
    query: tf.transpose(queryWeight as tf.Tensor),
    energy: tf.transpose(energyWeight as tf.Tensor),
  }),
  score: (queries, keys, { query, energy: energyKernel }) =>
    energy(project(queries, query as tf.Tensor), keys, energyKernel as tf.Tensor),
}

/** score = qᵀ k (Luong, Pham & Manning 2015, section 3.1, "dot"). */
const dot: AttentionScore = {
  weightShapes: (sizes) => {
    requireEqualSizes('dot', sizes)
    return {}
  },
  projectKeys: asColumns,
  positionAxis: 2,
  kernels: () => ({}),
  score: products,
}

/** score = qᵀ W k (Luong et al. 2015, section 3.1, "general"). */
const general: AttentionScore = {
  weightShapes: ({ querySize, keySize }) => ({ keyWeight: [querySize, keySize] }),
  projectKeys: (keys, { keyWeight }) => asColumns(linear(keys, keyWeight as tf.Tensor)),
  positionAxis: 2,
  kernels: () => ({}),
  score: products,
}

/** score = vᵀ tanh(W [q; k]) (Luong et al. 2015, section 3.1, "concat"). */
const concat: AttentionScore = {
  weightShapes: ({ querySize, keySize, attentionSize }) => ({
    pairWeight: [attentionSize, querySize + keySize],
    energyWeight: [1, attentionSize],
  }),
  projectKeys: (keys, { pairWeight }) => {
    const keySize = keys.shape[2] as number
    const weight = pairWeight as tf.Tensor
    return linear(keys, tf.slice(weight, [0, (weight.shape[1] as number) - keySize], [-1, keySize]))
  },
  positionAxis: 1,
  kernels: ({ pairWeight, energyWeight }) => ({
    pair: tf.transpose(pairWeight as tf.Tensor),
    energy: tf.transpose(energyWeight as tf.Tensor),
  }),
  score: (queries, keys, { pair, energy: energyKernel }) => {
    const querySize = queries.shape[2] as number
    const query = tf.slice(pair as tf.Tensor, [0, 0], [querySize, -1])
    return energy(project(queries, query), keys, energyKernel as tf.Tensor)
  },
}

/** score = qᵀ k / √Q (Vaswani et al. 2017, section 3.2.1). */
const scaledDot: AttentionScore = {
  weightShapes: (sizes) => {
    requireEqualSizes('scaledDot', sizes)
    return {}
  },
  projectKeys: (keys) => asColumns(tf.mul(keys, 1 / Math.sqrt(keys.shape[2] as number))),
  positionAxis: 2,
  kernels: () => ({}),
  score: products,
}

/** All scores by name; a new one is a new row. */
export const attentionScores = { additive, dot, general, concat, scaledDot } satisfies Record<
  string,
  AttentionScore
>

export type AttentionScoreName = keyof typeof attentionScores
