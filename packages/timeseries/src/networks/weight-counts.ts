/**
 * How many weights parts of a network have, by their sizes alone: known before they are made. A network states these sizes
 * once, in `partSizes`: its constructor makes what its `weightCount` counts.
 */
import {
  type AttentionOptions,
  attentionScores,
  type LinearOptions,
  type MultiHeadAttentionOptions,
} from '@attentive/core'
import type { StackOptions } from './recurrent-stack.js'

export type LinearSizes = Pick<LinearOptions, 'inputSize' | 'outputSize' | 'bias'>
export type StackSizes = Omit<StackOptions, 'dropout' | 'rng'>
export type CellSizes = Omit<StackSizes, 'numLayers' | 'bidirectional'>
export type AttentionSizes = Pick<AttentionOptions, 'score' | 'querySize' | 'memorySize' | 'attentionSize'>

type Table = readonly [rows: number, columns: number]

/** `Parameter`. */
export function tableWeights([rows, columns]: Table): number {
  return rows * columns
}

/** O · (I + 1): `Linear`. */
export function linearWeights({ inputSize, outputSize, bias = true }: LinearSizes): number {
  return outputSize * (inputSize + (bias ? 1 : 0))
}

/** G · H · (D + H + 2) a layer and direction, where layers above the first read all directions: `Lstm`, `Gru`. */
export function stackWeights({ numLayers, bidirectional = false, ...cell }: StackSizes): number {
  const directions = bidirectional ? 2 : 1
  const above = cellWeights({ ...cell, inputSize: directions * cell.hiddenSize })
  return directions * (cellWeights(cell) + (numLayers - 1) * above)
}

/** G · H · (D + H + 2), with G gates and two biases. */
export function cellWeights({ cell, inputSize, hiddenSize }: CellSizes): number {
  const gates = cell === 'lstm' ? 4 : 3
  return gates * hiddenSize * (inputSize + hiddenSize + 2)
}

/** Of the score: `Attention`. */
export function attentionWeights(sizes: AttentionSizes): number {
  const { score = 'additive', querySize, memorySize: keySize, attentionSize = querySize } = sizes
  const shapes = attentionScores[score].weightShapes({ querySize, keySize, attentionSize })
  return Object.values(shapes).reduce((sum, shape) => sum + tableWeights(shape), 0)
}

/** Four maps of Q numbers to Q: `MultiHeadAttention` over memories of queries' size. */
export function multiHeadWeights({ querySize }: Pick<MultiHeadAttentionOptions, 'querySize'>): number {
  return 4 * linearWeights({ inputSize: querySize, outputSize: querySize })
}
