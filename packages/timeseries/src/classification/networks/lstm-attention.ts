/**
 * LSTM with attention pooling: a series is the mean of its states, weighted by how much each tells (Yang et al. 2016,
 * "Hierarchical attention networks for document classification", section 2.2, with one level).
 *
 *     h_1 … h_T = LSTM(x_1 … x_T)              both directions
 *     a         = softmax_t(vᵀ tanh(W h_t + b))
 *     logits    = W_y Σ_t a_t h_t + b_y
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

export const lstmAttentionSchema = z.strictObject({ name: z.literal('lstm-attention'), ...encoderFields })

export type LstmAttentionConfig = z.output<typeof lstmAttentionSchema>

export class LstmAttention extends ClassifierNetwork {
  readonly encoder: Lstm | Gru
  readonly pooling: AttentionPooling
  readonly head: Linear
  readonly #dropout: number

  constructor(config: LstmAttentionConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const { encoder, head } = partSizes(config, sizes)
    this.encoder = createStack({ ...encoder.stack, dropout: config.dropout, rng })
    this.pooling = new AttentionPooling({ ...encoder.pooling, rng })
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
  }

  static weightCount(config: LstmAttentionConfig, sizes: NetworkSizes): number {
    const { encoder, head } = partSizes(config, sizes)
    return encoderWeights(encoder) + linearWeights(head)
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { x, mask } = stepsOf(inputs)
    const { outputs } = this.encoder.forward(x, { ...options, ...(mask ? { mask } : {}) })
    const { means, weights } = this.pooling.forward(outputs, mask)
    const mean = dropped(tf.squeeze(means, [1]), this.#dropout, options)
    return { logits: this.head.forward(mean), attention: tf.squeeze(weights, [1]) }
  }
}

function partSizes(config: LstmAttentionConfig, { channels, classes }: NetworkSizes) {
  const encoder = encoderSizes(config, channels)
  return { encoder, head: { inputSize: encoder.pooling.memorySize, outputSize: classes } }
}
