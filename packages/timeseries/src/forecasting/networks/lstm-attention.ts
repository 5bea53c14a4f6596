/**
 * Direct multi-horizon forecasts by temporal attention over the look-back: every step of the horizon asks, with the last
 * state, its place and what is known of it, for the steps of the past that bear on it (Bahdanau et al. 2015's
 * attention, asked H times at once; the direct strategy of Wen et al. 2017, "A multi-horizon quantile recurrent
 * forecaster").
 *
 *     s_1 … s_L = LSTM(x_1 … x_L)
 *     q_k       = tanh(W_q [s_L; position_k; known_k] + b_q)     k = 1 … H
 *     c_k       = attend(q_k; s_1 … s_L)
 *     y_k       = W_y [q_k; c_k] + b_y
 */
import {
  Attention,
  type Gru,
  Linear,
  type Lstm,
  normal,
  Parameter,
  type TrainingOptions,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { cellSchema, createStack, dropped } from '../../networks/recurrent-stack.js'
import { attentionWeights, linearWeights, stackWeights, tableWeights } from '../../networks/weight-counts.js'
import {
  ForecastNetwork,
  type NetworkContext,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
} from '../network.js'
import { scoreSchema, walk } from './recurrent.js'
import { horizonInputs, horizonSize, lookbackInputs, lookbackSize } from './sequence-inputs.js'

export const lstmAttentionSchema = z.strictObject({
  name: z.literal('lstm-attention'),
  hiddenSize: z.int().positive().default(64),
  numLayers: z.int().positive().default(1),
  cell: cellSchema,
  score: scoreSchema.default('scaledDot'),
  dropout: z.number().min(0).lt(1).default(0.1),
})

export type LstmAttentionConfig = z.output<typeof lstmAttentionSchema>

export class LstmAttention extends ForecastNetwork {
  readonly encoder: Lstm | Gru
  /** `[H, d]` */
  readonly position: Parameter
  readonly query: Linear
  readonly attention: Attention
  readonly head: Linear
  readonly #dropout: number

  constructor(config: LstmAttentionConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const { encoder, position, query, attention, head } = partSizes(config, sizes)
    this.encoder = createStack({ ...encoder, dropout: config.dropout, rng })
    this.position = new Parameter(position, normal()(position, rng))
    this.query = new Linear({ ...query, rng })
    this.attention = new Attention({ ...attention, rng })
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
  }

  static weightCount(config: LstmAttentionConfig, sizes: NetworkSizes): number {
    const { encoder, position, query, attention, head } = partSizes(config, sizes)
    return (
      stackWeights(encoder) +
      tableWeights(position) +
      linearWeights(query) +
      attentionWeights(attention) +
      linearWeights(head)
    )
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { horizon: H, channels: C, outputs: O } = this.sizes
    const { states, last } = walk(this.encoder, lookbackInputs(inputs), options)
    const [B, d] = last.shape as [number, number]
    const known = horizonInputs(inputs, H)
    const asked = [
      tf.tile(tf.expandDims(last, 1), [1, H, 1]),
      tf.add(tf.expandDims(this.position.read(), 0), tf.zeros([B, H, d])),
      ...(known ? [known] : []),
    ]
    const queries = tf.tanh(this.query.forward(tf.concat(asked, 2))) // [B, H, d]
    const { context, weights } = this.attention.forward({ queries, memory: states })
    const kept = dropped(tf.concat([queries, context], 2), this.#dropout, options)
    return { output: tf.reshape(this.head.forward(kept), [B, H, C, O]), attention: weights }
  }
}

function partSizes({ hiddenSize, numLayers, cell, score }: LstmAttentionConfig, sizes: NetworkSizes) {
  const { horizon, channels, outputs } = sizes
  return {
    encoder: { cell, inputSize: lookbackSize(sizes), hiddenSize, numLayers },
    position: [horizon, hiddenSize] as const,
    query: { inputSize: 2 * hiddenSize + horizonSize(sizes), outputSize: hiddenSize },
    attention: { score, querySize: hiddenSize, memorySize: hiddenSize },
    head: { inputSize: 2 * hiddenSize, outputSize: channels * outputs },
  }
}
