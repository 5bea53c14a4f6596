/**
 * Encoder-decoder LSTM with attention (Bahdanau et al. 2015; the LSTMa of Zhou et al. 2021, "Informer", section 5.1): the
 * decoder walks along the horizon, is fed its own last forecast, and attends to the encoder's states from its own. In
 * training, too: it never sees a truth that it would lack in use.
 *
 *     s_1 … s_L = LSTM(x_1 … x_L)
 *     c_k       = attend(h_{k−1}; s_1 … s_L)
 *     h_k       = LSTM step from h_{k−1} with the input [y_{k−1}; known_k; c_k]
 *     y_k       = W_y [h_k; c_k] + b_y                    y_0 = x_L
 */
import {
  Attention,
  type AttentionMemory,
  attendFromRows,
  type Gru,
  Linear,
  type Lstm,
  linear,
  type NamedTensors,
  scan,
  type TrainingOptions,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { cellSchema, createStack, dropped } from '../../networks/recurrent-stack.js'
import { attentionWeights, cellWeights, linearWeights, stackWeights } from '../../networks/weight-counts.js'
import {
  ForecastNetwork,
  type NetworkContext,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
} from '../network.js'
import { Cell, type CellKernels, type CellState, readBias, scoreSchema, walk } from './recurrent.js'
import { horizonInputs, horizonSize, lookbackInputs, lookbackSize } from './sequence-inputs.js'

export const seq2seqSchema = z.strictObject({
  name: z.literal('seq2seq'),
  hiddenSize: z.int().positive().default(64),
  /** Layers of the encoder; the decoder has one. */
  numLayers: z.int().positive().default(1),
  cell: cellSchema,
  score: scoreSchema.default('additive'),
  dropout: z.number().min(0).lt(1).default(0.1),
})

export type Seq2seqConfig = z.output<typeof seq2seqSchema>

type Carry = { state: CellState; previous: tf.Tensor }
type Shared = {
  cell: CellKernels
  memory: AttentionMemory
  attention: NamedTensors
  headWeight: tf.Tensor
  headBias: tf.Tensor
  mask: tf.Tensor
}

export class Seq2seq extends ForecastNetwork {
  readonly encoder: Lstm | Gru
  readonly bridge: Linear
  readonly attention: Attention
  readonly decoder: Cell
  readonly head: Linear
  readonly #dropout: number
  readonly #point: NetworkContext['point']

  constructor(config: Seq2seqConfig, { sizes, rng, point }: NetworkContext) {
    super(sizes)
    const { encoder, bridge, attention, decoder, head } = partSizes(config, sizes)
    this.encoder = createStack({ ...encoder, dropout: config.dropout, rng })
    this.bridge = new Linear({ ...bridge, rng })
    this.attention = new Attention({ ...attention, rng })
    this.decoder = new Cell({ ...decoder, rng })
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
    this.#point = point
  }

  static weightCount(config: Seq2seqConfig, sizes: NetworkSizes): number {
    const { encoder, bridge, attention, decoder, head } = partSizes(config, sizes)
    return (
      stackWeights(encoder) +
      linearWeights(bridge) +
      attentionWeights(attention) +
      cellWeights(decoder) +
      linearWeights(head)
    )
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { horizon: H, lookback: L, channels: C, outputs: O } = this.sizes
    const { states, last } = walk(this.encoder, lookbackInputs(inputs), options)
    const [B, d] = last.shape as [number, number]
    const shared: Shared = {
      cell: this.decoder.kernels(),
      memory: this.attention.prepare(states),
      attention: this.attention.kernels(),
      headWeight: this.head.weight.read(),
      headBias: readBias(this.head),
      // One mask for all steps (Gal & Ghahramani 2016); ones where nothing is dropped cost nothing.
      mask: dropped(tf.ones([B, 2 * d]), this.#dropout, options),
    }
    const first = tf.reshape(tf.slice(inputs.past, [0, L - 1, 0], [B, 1, C]), [B, C])
    const start: Carry = {
      state: this.decoder.startState(tf.tanh(this.bridge.forward(last))),
      previous: first,
    }
    const known = horizonInputs(inputs, H) ?? tf.zeros([B, H, 1])
    const { outputs } = scan(
      (carry: Carry, x: tf.Tensor, shared: Shared) => this.step(carry, x, shared),
      start,
      tf.transpose(known, [1, 0, 2]),
      shared,
    )
    return {
      output: tf.reshape(tf.transpose(outputs.raw, [1, 0, 2]), [B, H, C, O]),
      attention: tf.transpose(outputs.weights, [1, 0, 2]),
    }
  }

  private step({ state, previous }: Carry, known: tf.Tensor, shared: Shared) {
    const { channels: C, outputs: O } = this.sizes
    const B = previous.shape[0] as number
    const { context, weights } = attendFromRows(state.h, {
      memory: shared.memory,
      score: this.attention.score,
      kernels: shared.attention,
    })
    const fed = horizonSize(this.sizes) > 0 ? [previous, known, context] : [previous, context]
    const next = this.decoder.step(state, tf.concat(fed, 1), shared.cell)
    const kept = tf.mul(tf.concat([next.h, context], 1), shared.mask)
    const raw = linear(kept, shared.headWeight, shared.headBias) // [B, C·O]
    const point = this.#point(tf.reshape(raw, [B, C, O]))
    return { carry: { state: next, previous: point }, output: { raw, weights } }
  }
}

function partSizes({ hiddenSize, numLayers, cell, score }: Seq2seqConfig, sizes: NetworkSizes) {
  const { channels, outputs } = sizes
  return {
    encoder: { cell, inputSize: lookbackSize(sizes), hiddenSize, numLayers },
    bridge: { inputSize: hiddenSize, outputSize: hiddenSize },
    attention: { score, querySize: hiddenSize, memorySize: hiddenSize },
    decoder: { cell, inputSize: channels + horizonSize(sizes) + hiddenSize, hiddenSize },
    head: { inputSize: 2 * hiddenSize, outputSize: channels * outputs },
  }
}
