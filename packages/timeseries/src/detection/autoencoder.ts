/**
 * LSTM autoencoder with attention (after Malhotra et al. 2016, "LSTM-based encoder-decoder for multi-sensor anomaly
 * detection"; slots as the latent queries of Jaegle et al. 2021, "Perceiver"). With plain attention a decoder would copy
 * each step from the encoder's state of that very step, anomalies and all. So the window has to pass through K small
 * slots, each a weighted mean over all steps, and the decoder attends to these alone:
 *
 *     s_1 … s_W = LSTM(x_1 … x_W)
 *     n_k       = tanh(W_n attend(q_k; s_1 … s_W) + b_n)     k = 1 … K, q learnt
 *     h_1 … h_W = LSTM(p_1 … p_W), from the state W_h [n_1; …; n_K], p learnt
 *     x̂_t       = W_x [h_t; attend(h_t; n_1 … n_K)] + b_x
 */
import {
  Attention,
  type Gru,
  Linear,
  type Lstm,
  type LstmState,
  Module,
  normal,
  Parameter,
  type Rng,
  type TrainingOptions,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { createStack } from '../networks/recurrent-stack.js'
import type { AutoencoderConfig } from './config.js'

export interface Retold {
  /** x̂, `[B, W, C]`. */
  values: tf.Tensor
  /** What the slots were written from, `[B, K, W]`; rows sum to 1. */
  written: tf.Tensor
}

export class Autoencoder extends Module {
  readonly encoder: Lstm | Gru
  /** `[K, H]` */
  readonly queries: Parameter
  readonly reading: Attention
  readonly note: Linear
  readonly start: Linear
  /** `[W, H]` */
  readonly position: Parameter
  readonly decoder: Lstm | Gru
  readonly recall: Attention
  readonly head: Linear
  readonly #config: AutoencoderConfig

  /** @param channels C */
  constructor(config: AutoencoderConfig, channels: number, rng: Rng) {
    super()
    const { hiddenSize, slots, slotSize, window, cell } = config
    const stack = { cell, hiddenSize, numLayers: 1, dropout: 0, rng }
    this.#config = config
    this.encoder = createStack({ ...stack, inputSize: channels })
    this.queries = new Parameter([slots, hiddenSize], normal()([slots, hiddenSize], rng))
    this.reading = new Attention({ score: 'scaledDot', querySize: hiddenSize, memorySize: hiddenSize, rng })
    this.note = new Linear({ inputSize: hiddenSize, outputSize: slotSize, rng })
    this.start = new Linear({ inputSize: slots * slotSize, outputSize: hiddenSize, rng })
    this.position = new Parameter([window, hiddenSize], normal()([window, hiddenSize], rng))
    this.decoder = createStack({ ...stack, inputSize: hiddenSize })
    this.recall = new Attention({ score: 'general', querySize: hiddenSize, memorySize: slotSize, rng })
    this.head = new Linear({ inputSize: hiddenSize + slotSize, outputSize: channels, rng })
  }

  /** @param values `[B, W, C]`, scaled. */
  forward(values: tf.Tensor, options: TrainingOptions = {}): Retold {
    const { hiddenSize: H, slots: K, slotSize, window: W } = this.#config
    const B = values.shape[0] as number
    const { outputs: states } = this.encoder.forward(values, options)
    const queries = repeated(this.queries.read(), [B, K, H])
    const { context, weights } = this.reading.forward({ queries, memory: states })
    const notes = tf.tanh(this.note.forward(context)) // [B, K, n]
    const h = tf.tanh(this.start.forward(tf.reshape(notes, [B, K * slotSize])))
    const { outputs } = (this.decoder as Lstm).forward(repeated(this.position.read(), [B, W, H]), {
      ...options,
      initialStates: [this.#config.cell === 'lstm' ? { h, c: tf.zerosLike(h) } : (h as unknown as LstmState)],
    })
    const recalled = this.recall.forward({ queries: outputs, memory: notes }).context
    return { values: this.head.forward(tf.concat([outputs, recalled], 2)), written: weights }
  }
}

/** The same rows for each of B. */
function repeated(rows: tf.Tensor, shape: [number, number, number]): tf.Tensor {
  return tf.add(tf.expandDims(rows, 0), tf.zeros(shape))
}
