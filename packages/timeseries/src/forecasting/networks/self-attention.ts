/**
 * LSTM with multi-head self-attention over its states: the states of the look-back attend to each other (Vaswani et al.
 * 2017, section 3.2), with a residual connection and layer normalisation, and the horizon is read from the last one.
 *
 *     s_1 … s_L = LSTM(x_1 … x_L)
 *     z_t       = norm(s_t + multiHead(s_t; s_1 … s_L))
 *     y         = W_y [z_L; mean_t z_t; known] + b_y               H · C values at once
 */
import {
  type Gru,
  Linear,
  type Lstm,
  MultiHeadAttention,
  Parameter,
  type TrainingOptions,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { cellSchema, createStack, dropped } from '../../networks/recurrent-stack.js'
import { linearWeights, multiHeadWeights, stackWeights } from '../../networks/weight-counts.js'
import {
  ForecastNetwork,
  type NetworkContext,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
} from '../network.js'
import { walk } from './recurrent.js'
import { flatHorizonInputs, horizonSize, lookbackInputs, lookbackSize } from './sequence-inputs.js'

export const selfAttentionSchema = z
  .strictObject({
    name: z.literal('self-attention'),
    hiddenSize: z.int().positive().default(64),
    numLayers: z.int().positive().default(1),
    numHeads: z.int().positive().default(4),
    cell: cellSchema,
    dropout: z.number().min(0).lt(1).default(0.1),
  })
  .refine(({ hiddenSize, numHeads }) => hiddenSize % numHeads === 0, {
    path: ['numHeads'],
    error: 'must divide hiddenSize',
  })

export type SelfAttentionConfig = z.output<typeof selfAttentionSchema>

export class SelfAttention extends ForecastNetwork {
  readonly encoder: Lstm | Gru
  readonly attention: MultiHeadAttention
  readonly normGain: Parameter
  readonly normBias: Parameter
  readonly head: Linear
  readonly #dropout: number

  constructor(config: SelfAttentionConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const { hiddenSize } = config
    const { encoder, attention, head } = partSizes(config, sizes)
    this.encoder = createStack({ ...encoder, dropout: config.dropout, rng })
    this.attention = new MultiHeadAttention({ ...attention, rng })
    this.normGain = new Parameter([hiddenSize], new Float32Array(hiddenSize).fill(1))
    this.normBias = new Parameter([hiddenSize])
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
  }

  static weightCount(config: SelfAttentionConfig, sizes: NetworkSizes): number {
    const { encoder, attention, head } = partSizes(config, sizes)
    const norm = 2 * config.hiddenSize
    return stackWeights(encoder) + multiHeadWeights(attention) + norm + linearWeights(head)
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { horizon: H, channels: C, outputs: O } = this.sizes
    const drop = (x: tf.Tensor) => dropped(x, this.#dropout, options)
    const { states } = walk(this.encoder, lookbackInputs(inputs), options)
    const [B, L, d] = states.shape as [number, number, number]
    const { output, weights } = this.attention.forward({ queries: states, memory: states })
    const mixed = this.normalise(tf.add(states, drop(output))) // [B, L, d]
    const last = tf.reshape(tf.slice(mixed, [0, L - 1, 0], [B, 1, d]), [B, d])
    const read = [last, tf.mean(mixed, 1), ...flatHorizonInputs(inputs, H)]
    return {
      output: tf.reshape(this.head.forward(drop(tf.concat(read, 1))), [B, H, C, O]),
      attention: fromLastStep(weights),
    }
  }

  /** Layer normalisation (Ba, Kiros & Hinton 2016): (x − mean) / √(variance + ε), times a gain, plus a bias. */
  private normalise(x: tf.Tensor): tf.Tensor {
    const { mean, variance } = tf.moments(x, -1, true)
    const standardised = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)))
    return tf.add(tf.mul(standardised, this.normGain.read()), this.normBias.read())
  }
}

/** `[B, heads, L, L]` → `[B, 1, L]`: where the last step looks, the mean over heads. */
function fromLastStep(weights: tf.Tensor): tf.Tensor {
  const [B, , L] = weights.shape as [number, number, number, number]
  return tf.slice(tf.mean(weights, 1), [0, L - 1, 0], [B, 1, L])
}

function partSizes({ hiddenSize, numLayers, numHeads, cell }: SelfAttentionConfig, sizes: NetworkSizes) {
  const { horizon, channels, outputs } = sizes
  return {
    encoder: { cell, inputSize: lookbackSize(sizes), hiddenSize, numLayers },
    attention: { querySize: hiddenSize, numHeads },
    head: {
      inputSize: 2 * hiddenSize + horizon * horizonSize(sizes),
      outputSize: horizon * channels * outputs,
    },
  }
}
