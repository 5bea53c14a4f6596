/**
 * LSTM with structured self-attention (Lin et al. 2017, "A structured self-attentive sentence embedding"): r heads
 * ("hops") attend to the states, each to another part of the series.
 *
 *     h_1 … h_T = LSTM(x_1 … x_T)                 both directions
 *     A         = softmax_t(V tanh(W h_t + b))    r rows             (equation 6)
 *     M         = A [h_1; …; h_T]                                    (equation 7)
 *     logits    = W_y ReLU(W_m [M_1; …; M_r] + b_m) + b_y
 *     penalty   = ‖A Aᵀ − I‖²                     of rows that look at the same steps    (equation 8)
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

export const selfAttentionSchema = z.strictObject({
  name: z.literal('self-attention'),
  ...encoderFields,
  /** r */
  numHeads: z.int().positive().default(4),
  /** What the penalty is multiplied by; 0: none. */
  penalty: z.number().nonnegative().default(0.1),
})

export type SelfAttentionConfig = z.output<typeof selfAttentionSchema>

export class SelfAttention extends ClassifierNetwork {
  readonly encoder: Lstm | Gru
  readonly pooling: AttentionPooling
  readonly mix: Linear
  readonly head: Linear
  readonly #dropout: number
  readonly #penalty: number

  constructor(config: SelfAttentionConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const { encoder, mix, head } = partSizes(config, sizes)
    this.encoder = createStack({ ...encoder.stack, dropout: config.dropout, rng })
    this.pooling = new AttentionPooling({ ...encoder.pooling, rng })
    this.mix = new Linear({ ...mix, rng })
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
    this.#penalty = config.penalty
  }

  static weightCount(config: SelfAttentionConfig, sizes: NetworkSizes): number {
    const { encoder, mix, head } = partSizes(config, sizes)
    return encoderWeights(encoder) + linearWeights(mix) + linearWeights(head)
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { x, mask } = stepsOf(inputs)
    const { outputs } = this.encoder.forward(x, { ...options, ...(mask ? { mask } : {}) })
    const { means, weights } = this.pooling.forward(outputs, mask)
    const [B, r, M] = means.shape as [number, number, number]
    const embedding = dropped(tf.reshape(means, [B, r * M]), this.#dropout, options)
    return {
      logits: this.head.forward(tf.relu(this.mix.forward(embedding))),
      attention: tf.mean(weights, 1),
      ...(this.#penalty > 0 ? { penalty: tf.mul(overlap(weights), this.#penalty) } : {}),
    }
  }
}

function partSizes(config: SelfAttentionConfig, { channels, classes }: NetworkSizes) {
  const { hiddenSize, numHeads: hops } = config
  const { stack, pooling } = encoderSizes(config, channels)
  return {
    encoder: { stack, pooling: { ...pooling, hops } },
    mix: { inputSize: hops * pooling.memorySize, outputSize: hiddenSize },
    head: { inputSize: hiddenSize, outputSize: classes },
  }
}

/** ‖A Aᵀ − I‖², squared Frobenius norms: `[B, r, T]` → `[B]`. */
function overlap(weights: tf.Tensor): tf.Tensor {
  const products = tf.matMul(weights, weights, false, true) // [B, r, r]
  const r = products.shape[1] as number
  return tf.sum(tf.square(tf.sub(products, tf.expandDims(tf.eye(r), 0))), [1, 2])
}
