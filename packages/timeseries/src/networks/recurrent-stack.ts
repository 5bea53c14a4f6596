/** Stacked recurrent layers over whole sequences, of LSTM or GRU cells. */
import { dropout, Gru, Lstm, type Rng, type TrainingOptions } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'

export const cellSchema = z.enum(['lstm', 'gru']).default('lstm')

export type CellName = z.output<typeof cellSchema>

export interface StackOptions {
  cell: CellName
  inputSize: number
  hiddenSize: number
  numLayers: number
  /** A second set of cells walks backwards. Default false. */
  bidirectional?: boolean
  /** Between layers. */
  dropout: number
  rng: Rng
}

/** Stacked layers over whole sequences, with dropout between them. */
export function createStack({
  cell,
  inputSize,
  hiddenSize,
  numLayers,
  bidirectional = false,
  dropout: rate,
  rng,
}: StackOptions): Lstm | Gru {
  const Stack = cell === 'lstm' ? Lstm : Gru
  const between = numLayers > 1 ? { dropout: rate } : {}
  return new Stack({ inputSize, hiddenSize, numLayers, bidirectional, rng, ...between })
}

/** With dropout in training, else as it is. */
export function dropped(x: tf.Tensor, rate: number, { training = false, rng }: TrainingOptions): tf.Tensor {
  return training && rng ? dropout(x, { rate, rng }) : x
}
