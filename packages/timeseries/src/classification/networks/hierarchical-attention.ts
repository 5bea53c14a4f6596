/**
 * Hierarchical attention (Yang et al. 2016, "Hierarchical attention networks for document classification", section 2.2):
 * what words, sentences and documents are there, are steps, segments of w steps and series here.
 *
 *     h_n1 … h_nw = LSTM(x_n1 … x_nw)        within segment n, both directions
 *     a_n         = softmax_t(vᵀ tanh(W h_nt + b));    s_n = Σ_t a_nt h_nt       (equations 5 to 7)
 *     g_1 … g_N   = LSTM(s_1 … s_N)          over segments, both directions
 *     c           = softmax_n(v'ᵀ tanh(W' g_n + b'))                             (8, 9)
 *     logits      = W_y Σ_n c_n g_n + b_y                                        (10, 11)
 *
 * Step t of segment n counts c_n · a_nt.
 */
import { type Gru, Linear, type Lstm, type TrainingOptions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { createStack, dropped } from '../../networks/recurrent-stack.js'
import { linearWeights } from '../../networks/weight-counts.js'
import {
  ClassifierNetwork,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
  stepsOf,
} from '../network.js'
import { AttentionPooling } from './attention-pooling.js'
import { encoderFields, encoderSizes, encoderWeights } from './encoder.js'
import type { NetworkContext } from './index.js'

export const hierarchicalAttentionSchema = z.strictObject({
  name: z.literal('hierarchical-attention'),
  ...encoderFields,
  /** w, steps in a segment; about the square root of a series' length makes both levels equally long. */
  segmentLength: z.int().positive().max(4096).default(12),
})

export type HierarchicalAttentionConfig = z.output<typeof hierarchicalAttentionSchema>

export class HierarchicalAttention extends ClassifierNetwork {
  override readonly segmentLength: number
  readonly stepEncoder: Lstm | Gru
  readonly stepPooling: AttentionPooling
  readonly segmentEncoder: Lstm | Gru
  readonly segmentPooling: AttentionPooling
  readonly head: Linear
  readonly #dropout: number

  constructor(config: HierarchicalAttentionConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const { ofSteps, ofSegments, head } = partSizes(config, sizes)
    this.segmentLength = config.segmentLength
    this.stepEncoder = createStack({ ...ofSteps.stack, dropout: config.dropout, rng })
    this.stepPooling = new AttentionPooling({ ...ofSteps.pooling, rng })
    this.segmentEncoder = createStack({ ...ofSegments.stack, dropout: config.dropout, rng })
    this.segmentPooling = new AttentionPooling({ ...ofSegments.pooling, rng })
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
  }

  static weightCount(config: HierarchicalAttentionConfig, sizes: NetworkSizes): number {
    const { ofSteps, ofSegments, head } = partSizes(config, sizes)
    return encoderWeights(ofSteps) + encoderWeights(ofSegments) + linearWeights(head)
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const [B, N, w, C] = inputs.values.shape as [number, number, number, number]
    const { mask } = stepsOf(inputs)
    const within = encode(this.stepEncoder, this.stepPooling, options, {
      x: tf.reshape(inputs.values, [B * N, w, C]),
      mask: mask && tf.reshape(mask, [B * N, w]),
    })
    const over = encode(this.segmentEncoder, this.segmentPooling, options, {
      x: tf.reshape(dropped(within.mean, this.#dropout, options), [B, N, within.mean.shape[1] as number]),
      mask: mask && tf.any(tf.reshape(mask, [B, N, w]), 2),
    })
    const ofSteps = tf.reshape(within.weights, [B, N, w])
    return {
      logits: this.head.forward(dropped(over.mean, this.#dropout, options)),
      attention: tf.reshape(tf.mul(ofSteps, tf.expandDims(over.weights, 2)), [B, N * w]),
    }
  }
}

function partSizes(config: HierarchicalAttentionConfig, { channels, classes }: NetworkSizes) {
  const ofSteps = encoderSizes(config, channels)
  const { memorySize } = ofSteps.pooling
  return {
    ofSteps,
    ofSegments: encoderSizes(config, memorySize),
    head: { inputSize: memorySize, outputSize: classes },
  }
}

/** One level: mean `[B, M]` of the states, and the weights `[B, T]` that made it. */
function encode(
  encoder: Lstm | Gru,
  pooling: AttentionPooling,
  options: TrainingOptions,
  { x, mask }: { x: tf.Tensor; mask: tf.Tensor | undefined },
): { mean: tf.Tensor; weights: tf.Tensor } {
  const { outputs } = encoder.forward(x, { ...options, ...(mask ? { mask } : {}) })
  const { means, weights } = pooling.forward(outputs, mask)
  return { mean: tf.squeeze(means, [1]), weights: tf.squeeze(weights, [1]) }
}
