/**
 * LSTM, direct: the last state of the look-back is read as the whole horizon at once (the "block RNN" of other
 * toolkits), what the networks with attention are to be compared with.
 *
 *     h_1 … h_L = LSTM(x_1 … x_L)
 *     y = W [h_L; known] + b
 */
import { type Gru, Linear, type Lstm, type TrainingOptions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { cellSchema, createStack, dropped } from '../../networks/recurrent-stack.js'
import { linearWeights, stackWeights } from '../../networks/weight-counts.js'
import {
  ForecastNetwork,
  type NetworkContext,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
} from '../network.js'
import { walk } from './recurrent.js'
import { flatHorizonInputs, horizonSize, lookbackInputs, lookbackSize } from './sequence-inputs.js'

export const lstmSchema = z.strictObject({
  name: z.literal('lstm'),
  hiddenSize: z.int().positive().default(64),
  numLayers: z.int().positive().default(1),
  cell: cellSchema,
  dropout: z.number().min(0).lt(1).default(0.1),
})

export type LstmConfig = z.output<typeof lstmSchema>

export class DirectLstm extends ForecastNetwork {
  readonly cells: Lstm | Gru
  readonly head: Linear
  readonly #dropout: number

  constructor(config: LstmConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const { cells, head } = partSizes(config, sizes)
    this.cells = createStack({ ...cells, dropout: config.dropout, rng })
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
  }

  static weightCount(config: LstmConfig, sizes: NetworkSizes): number {
    const { cells, head } = partSizes(config, sizes)
    return stackWeights(cells) + linearWeights(head)
  }

  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { horizon: H, channels: C, outputs: O } = this.sizes
    const { last } = walk(this.cells, lookbackInputs(inputs), options)
    const kept = dropped(last, this.#dropout, options)
    const read = tf.concat([kept, ...flatHorizonInputs(inputs, H)], 1)
    return { output: tf.reshape(this.head.forward(read), [-1, H, C, O]) }
  }
}

function partSizes({ hiddenSize, numLayers, cell }: LstmConfig, sizes: NetworkSizes) {
  const { horizon, channels, outputs } = sizes
  return {
    cells: { cell, inputSize: lookbackSize(sizes), hiddenSize, numLayers },
    head: {
      inputSize: hiddenSize + horizon * horizonSize(sizes),
      outputSize: horizon * channels * outputs,
    },
  }
}
