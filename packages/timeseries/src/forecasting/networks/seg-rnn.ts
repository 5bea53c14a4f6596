/**
 * SegRNN (Lin et al. 2023, "Segment recurrent neural network for long-term time series forecasting"): the look-back is
 * cut into segments of w steps, one recurrent step a segment instead of one a time step; the horizon's segments are
 * decoded in parallel, each from the last state and a learnt position (PMF, section 3.3). Channels share the network
 * and differ by a learnt vector.
 *
 *     e_j = ReLU(W_e x_{segment j} + b_e)                          j = 1 … L/w
 *     h   = GRU(e_1, …, e_{L/w})
 *     d_k = GRU step from h with the input [position_k; channel]   k = 1 … H/w
 *     y_k = W_y dropout(d_k) + b_y                                 w values
 *
 * With `attention`, every d_k attends to the states of all segments (scaled dot product, Vaswani et al. 2017), and y_k
 * is read from [d_k; context].
 */
import {
  Attention,
  type Gru,
  gruGates,
  Linear,
  type Lstm,
  type LstmState,
  linear,
  lstmGates,
  normal,
  Parameter,
  type Rng,
  type TrainingOptions,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { createStack, dropped } from '../../networks/recurrent-stack.js'
import { linearWeights, stackWeights, tableWeights } from '../../networks/weight-counts.js'
import {
  ForecastNetwork,
  type NetworkContext,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
} from '../network.js'

export const segRnnSchema = z.strictObject({
  name: z.literal('segrnn'),
  /** d, numbers in a state. */
  hiddenSize: z.int().positive().multipleOf(2).default(128),
  /** w, time steps in a segment; best a period or a part of one. */
  segmentLength: z.int().positive().default(24),
  cell: z.enum(['gru', 'lstm']).default('gru'),
  /** Share of a decoded state's numbers that is dropped in training. */
  dropout: z.number().min(0).lt(1).default(0.5),
  attention: z.boolean().default(false),
})

export type SegRnnConfig = z.output<typeof segRnnSchema>

export class SegRnn extends ForecastNetwork {
  readonly embed: Linear
  readonly encoder: Gru | Lstm
  /** `[m, d/2]` */
  readonly position: Parameter
  /** `[C, d/2]` */
  readonly channel: Parameter
  readonly attention: Attention | null
  readonly head: Linear

  constructor(
    private readonly config: SegRnnConfig,
    { sizes, rng }: NetworkContext,
  ) {
    super(sizes)
    const { embed, encoder, position, channel, head } = partSizes(config, sizes)
    const { hiddenSize } = config
    this.embed = new Linear({ ...embed, rng })
    this.encoder = createStack({ ...encoder, dropout: 0, rng })
    this.position = learnt(position, rng)
    this.channel = learnt(channel, rng)
    this.attention = config.attention
      ? new Attention({ score: 'scaledDot', querySize: hiddenSize, memorySize: hiddenSize, rng })
      : null
    this.head = new Linear({ ...head, rng })
  }

  static weightCount(config: SegRnnConfig, sizes: NetworkSizes): number {
    const { embed, encoder, position, channel, head } = partSizes(config, sizes)
    return (
      linearWeights(embed) +
      stackWeights(encoder) +
      tableWeights(position) +
      tableWeights(channel) +
      linearWeights(head)
    )
  }

  /** m, segments that are forecast; the last one may reach beyond the horizon. */
  private get segmentsAhead(): number {
    return this.position.shape[0] as number
  }

  forward({ past }: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const [B] = past.shape as [number]
    const { channels: C, horizon: H, outputs: O } = this.sizes
    const { segmentLength: w, dropout: rate } = this.config
    const m = this.segmentsAhead
    const embedded = tf.relu(this.embed.forward(this.segmentsOf(past))) // [B·C, n, d]
    const { states, decoded } = this.recur(embedded, B) // [B·C, n, d], [B·C, m, d]
    const attended = this.attention?.forward({ queries: decoded, memory: states })
    const read = attended ? tf.concat([decoded, attended.context], 2) : decoded
    const values = tf.reshape(this.head.forward(dropped(read, rate, options)), [B, C, m * w, O])
    const output = tf.transpose(tf.slice(values, [0, 0, 0, 0], [B, C, H, O]), [0, 2, 1, 3])
    if (!attended) return { output }
    const weights = tf.reshape(attended.weights, [B, C, m, attended.weights.shape[2] as number])
    return { output, attention: spreadOverSteps(weights, w, this.sizes.lookback) }
  }

  /** `[B, L, C]` → `[B·C, n, w]`; a look-back that is no multiple of w is lengthened by its first values. */
  private segmentsOf(past: tf.Tensor): tf.Tensor {
    const [B, L, C] = past.shape as [number, number, number]
    const w = this.config.segmentLength
    const n = Math.ceil(L / w)
    const missing = n * w - L
    const first = () => tf.tile(tf.slice(past, [0, 0, 0], [B, 1, C]), [1, missing, 1])
    const whole = missing > 0 ? tf.concat([first(), past], 1) : past
    return tf.reshape(tf.transpose(whole, [0, 2, 1]), [B * C, n, w])
  }

  /**
   * States of the look-back's segments `[B·C, n, d]` and of the horizon's `[B·C, m, d]`. Of a decoding step, U h is the
   * same for all segments and W [position; channel] for all rows of the batch: each is computed once and broadcast.
   */
  private recur(embedded: tf.Tensor, B: number): { states: tf.Tensor; decoded: tf.Tensor } {
    const { channels: C } = this.sizes
    const { hiddenSize: d } = this.config
    const m = this.segmentsAhead
    const { outputs: states, finalStates } = this.encoder.forward(embedded)
    const [last] = finalStates as [tf.Tensor | LstmState]
    const { weightIhL0, weightHhL0, biasIhL0, biasHhL0 } = this.encoder as unknown as CellParameters
    const projected = tf.expandDims(linear(this.queries(), weightIhL0.read(), biasIhL0.read()), 0) // [1, C, m, G·d]
    const onceEach = (x: tf.Tensor) => tf.reshape(x, [B, C, 1, x.shape[1] as number])
    const h = last instanceof tf.Tensor ? last : last.h
    const projectedState = onceEach(linear(h, weightHhL0.read(), biasHhL0.read())) // [B, C, 1, G·d]
    const decoded =
      last instanceof tf.Tensor
        ? gruGates(onceEach(h), projected, projectedState)
        : manyLstmSteps(tf.add(projected, projectedState), onceEach(last.c))
    return { states, decoded: tf.reshape(decoded, [B * C, m, d]) }
  }

  /** [position; channel] of every segment and channel, `[C, m, d]`. */
  private queries(): tf.Tensor {
    const { channels: C } = this.sizes
    const m = this.segmentsAhead
    const half = this.config.hiddenSize / 2
    const positions = tf.tile(tf.reshape(this.position.read(), [1, m, half]), [C, 1, 1])
    const channels = tf.tile(tf.reshape(this.channel.read(), [C, 1, half]), [1, m, 1])
    return tf.concat([positions, channels], 2)
  }
}

/** The attention has no weights. */
function partSizes(
  { hiddenSize, segmentLength, cell, attention }: SegRnnConfig,
  { horizon, channels, outputs }: NetworkSizes,
) {
  return {
    embed: { inputSize: segmentLength, outputSize: hiddenSize },
    encoder: { cell, inputSize: hiddenSize, hiddenSize, numLayers: 1 },
    position: [Math.ceil(horizon / segmentLength), hiddenSize / 2] as const,
    channel: [channels, hiddenSize / 2] as const,
    head: { inputSize: attention ? 2 * hiddenSize : hiddenSize, outputSize: segmentLength * outputs },
  }
}

interface CellParameters {
  weightIhL0: Parameter
  weightHhL0: Parameter
  biasIhL0: Parameter
  biasHhL0: Parameter
}

/** h' `[B, C, m, d]` from sums `[B, C, m, 4d]` and one c `[B, C, 1, d]`. */
function manyLstmSteps(sums: tf.Tensor, c: tf.Tensor): tf.Tensor {
  const [B, C, m, width] = sums.shape as [number, number, number, number]
  const repeated = tf.reshape(tf.tile(c, [1, 1, m, 1]), [B * C * m, width / 4])
  return lstmGates(tf.reshape(sums, [B * C * m, width]), repeated).h
}

/** `[B, C, m, n]` → `[B, m, L]`: the mean over channels, a segment's weight spread evenly over its steps. */
function spreadOverSteps(weights: tf.Tensor, w: number, lookback: number): tf.Tensor {
  const [B, , m, n] = weights.shape as [number, number, number, number]
  const each = tf.div(tf.mean(weights, 1), w) // [B, m, n]
  const steps = tf.reshape(tf.tile(tf.expandDims(each, 3), [1, 1, 1, w]), [B, m, n * w])
  const missing = n * w - lookback
  if (missing === 0) return steps
  const kept = tf.slice(steps, [0, 0, missing], [B, m, lookback])
  return tf.div(kept, tf.sum(kept, 2, true))
}

function learnt(shape: readonly number[], rng: Rng): Parameter {
  return new Parameter(shape, normal()(shape, rng))
}
