/**
 * DA-RNN (Qin et al. 2017, "A dual-stage attention-based recurrent neural network for time series prediction"). The
 * first attention chooses among driving series at every step, the second among steps. All channels that are read are
 * driving series; the paper's single next value becomes the whole horizon, read from the last state.
 *
 *     e^k_t = v_eᵀ tanh(W_e [h_{t−1}; s_{t−1}] + U_e x^k)    x^k: series k over the look-back   (equation 8)
 *     x̃_t   = softmax_k(e_t) ∘ x_t;  h_t = LSTM(x̃_t)                                            (9 to 11)
 *     l^i_t = v_dᵀ tanh(W_d [d_{t−1}; s'_{t−1}] + U_d h_i);  c_t = Σ_i softmax_i(l_t) h_i        (12 to 14)
 *     ỹ_t   = w̃ᵀ [y_t; c_t] + b̃;  d_t = LSTM(ỹ_t)                                              (15, 16)
 *     y     = V (W [d_L; c_L] + b) + b_v                                                        (22)
 */
import { Attention, attendFromRows, Linear, linear, scan, type TrainingOptions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { cellSchema, dropped } from '../../networks/recurrent-stack.js'
import { attentionWeights, cellWeights, linearWeights } from '../../networks/weight-counts.js'
import {
  ForecastNetwork,
  type NetworkContext,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
} from '../network.js'
import { Cell, type CellState, readBias } from './recurrent.js'
import { flatHorizonInputs, horizonSize, lookbackInputs, lookbackSize } from './sequence-inputs.js'

export const daRnnSchema = z.strictObject({
  name: z.literal('da-rnn'),
  /** Numbers in a state of encoder and decoder, each. */
  hiddenSize: z.int().positive().default(64),
  cell: cellSchema,
  dropout: z.number().min(0).lt(1).default(0),
})

export type DaRnnConfig = z.output<typeof daRnnSchema>

export class DaRnn extends ForecastNetwork {
  readonly inputAttention: Attention
  readonly encoder: Cell
  readonly temporalAttention: Attention
  readonly mix: Linear
  readonly decoder: Cell
  readonly combine: Linear
  readonly head: Linear
  readonly #dropout: number

  constructor(config: DaRnnConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const parts = partSizes(config, sizes)
    this.inputAttention = new Attention({ ...parts.inputAttention, rng })
    this.encoder = new Cell({ ...parts.encoder, rng })
    this.temporalAttention = new Attention({ ...parts.temporalAttention, rng })
    this.mix = new Linear({ ...parts.mix, rng })
    this.decoder = new Cell({ ...parts.decoder, rng })
    this.combine = new Linear({ ...parts.combine, rng })
    this.head = new Linear({ ...parts.head, rng })
    this.#dropout = config.dropout
  }

  static weightCount(config: DaRnnConfig, sizes: NetworkSizes): number {
    const parts = partSizes(config, sizes)
    return (
      attentionWeights(parts.inputAttention) +
      cellWeights(parts.encoder) +
      attentionWeights(parts.temporalAttention) +
      linearWeights(parts.mix) +
      cellWeights(parts.decoder) +
      linearWeights(parts.combine) +
      linearWeights(parts.head)
    )
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { horizon: H, channels: C, outputs: O } = this.sizes
    const x = lookbackInputs(inputs) // [B, L, D]
    const B = x.shape[0] as number
    const states = this.encode(x) // [L, B, d]
    const { d, context, weights } = this.decode(tf.transpose(inputs.past, [1, 0, 2]), states)
    const combined = this.combine.forward(tf.concat([d, context, ...flatHorizonInputs(inputs, H)], 1))
    const kept = dropped(combined, this.#dropout, options)
    return {
      output: tf.reshape(this.head.forward(kept), [B, H, C, O]),
      attention: tf.expandDims(weights, 1),
    }
  }

  /** First stage: `[B, L, D]` → states `[L, B, d]`. */
  private encode(x: tf.Tensor): tf.Tensor {
    const [B] = x.shape as [number]
    const series = tf.transpose(x, [0, 2, 1]) // [B, D, L], the driving series
    const memory = this.inputAttention.prepare(series)
    const { outputs } = scan(
      (state: CellState, row: tf.Tensor, { cell, memory, attention }) => {
        const { score } = this.inputAttention
        const { weights } = attendFromRows(this.encoder.seen(state), { memory, score, kernels: attention }) // [B, D]
        const next = this.encoder.step(state, tf.mul(weights, row), cell)
        return { carry: next, output: next.h }
      },
      this.encoder.startState(tf.zeros([B, this.hiddenSize])),
      tf.transpose(x, [1, 0, 2]),
      { cell: this.encoder.kernels(), memory, attention: this.inputAttention.kernels() },
    )
    return outputs
  }

  /** Second stage. @param past `[L, B, C]`. */
  private decode(past: tf.Tensor, states: tf.Tensor) {
    const B = past.shape[1] as number
    const memory = this.temporalAttention.prepare(tf.transpose(states, [1, 0, 2]))
    const { score } = this.temporalAttention
    const kernels = this.temporalAttention.kernels()
    const mix = { weight: this.mix.weight.read(), bias: readBias(this.mix) }
    const shared = { cell: this.decoder.kernels(), memory, kernels, mix }
    const { carry } = scan(
      (state: CellState, y: tf.Tensor, shared) => {
        const { memory, kernels } = shared
        const { context } = attendFromRows(this.decoder.seen(state), { memory, score, kernels })
        const entering = linear(tf.concat([y, context], 1), shared.mix.weight, shared.mix.bias)
        const next = this.decoder.step(state, entering, shared.cell)
        return { carry: next, output: next.h }
      },
      this.decoder.startState(tf.zeros([B, this.hiddenSize])),
      past,
      shared,
    )
    return { d: carry.h, ...attendFromRows(this.decoder.seen(carry), { memory, score, kernels }) }
  }

  private get hiddenSize(): number {
    return this.head.weight.shape[1] as number
  }
}

function partSizes({ hiddenSize, cell }: DaRnnConfig, sizes: NetworkSizes) {
  const { lookback, horizon, channels, outputs } = sizes
  const querySize = cell === 'lstm' ? 2 * hiddenSize : hiddenSize
  const known = horizon * horizonSize(sizes)
  return {
    inputAttention: { querySize, memorySize: lookback, attentionSize: lookback },
    encoder: { cell, inputSize: lookbackSize(sizes), hiddenSize },
    temporalAttention: { querySize, memorySize: hiddenSize, attentionSize: hiddenSize },
    mix: { inputSize: channels + hiddenSize, outputSize: channels },
    decoder: { cell, inputSize: channels, hiddenSize },
    combine: { inputSize: 2 * hiddenSize + known, outputSize: hiddenSize },
    head: { inputSize: hiddenSize, outputSize: horizon * channels * outputs },
  }
}
