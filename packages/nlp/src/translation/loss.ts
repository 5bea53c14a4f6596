/** From a batch to a loss: the decoder is fed the words of the batch (teacher forcing). */
import { crossEntropy, type Feed, type Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Batch } from '../data/index.js'
import type { TranslationModel } from './model.js'
import { wordScores } from './prediction.js'

/** A batch as the loss reads it; see `data/batches.ts`. */
export type TranslationTensors = {
  /** `[B, S]` int32 and its mask. */
  source: tf.Tensor
  sourceMask: tf.Tensor
  /** `[B, T]` int32: begin-of-sentence, then the words. */
  targetInput: tf.Tensor
  /** `[B, T]` int32: the words, then end-of-sentence; and its mask. */
  targetOutput: tf.Tensor
  targetMask: tf.Tensor
}

export interface LossOptions {
  /** Default 0. */
  labelSmoothing?: number
  /** Switches dropout on. */
  rng?: Rng
}

/** Mean label-smoothed cross-entropy per target word, padding left out. */
export function translationLoss(
  model: TranslationModel,
  batch: TranslationTensors,
  { labelSmoothing = 0, rng }: LossOptions = {},
): tf.Tensor {
  const switches = rng ? { rng } : {}
  const { memory, mask, initialState } = model.encode(batch.source, batch.sourceMask, switches)
  const words = model.embedTarget(batch.targetInput, switches) // [B, T, E]
  const { hidden, context } = model.decoder.forward({ inputs: words, memory, memoryMask: mask, initialState })
  const read = model.read({ hidden, context, word: words }, switches) // [B, T, E]
  const [B, T, E] = read.shape as [number, number, number]
  return crossEntropy({
    logits: wordScores(tf.reshape(read, [B * T, E]), model.wordWeights()),
    targets: tf.reshape(batch.targetOutput, [B * T]),
    weights: tf.reshape(batch.targetMask, [B * T]),
    labelSmoothing,
  })
}

/** Open sizes of a batch in a compiled step: any number of rows, any lengths. */
export const batchAxes = {
  source: ['B', 'S'],
  sourceMask: ['B', 'S'],
  targetInput: ['B', 'T'],
  targetOutput: ['B', 'T'],
  targetMask: ['B', 'T'],
} as const

/** The part of a batch that a graph reads; its counts are for the host. */
export function tensorsOf({
  source,
  sourceMask,
  targetInput,
  targetOutput,
  targetMask,
}: Batch): Feed<TranslationTensors> {
  return { source, sourceMask, targetInput, targetOutput, targetMask }
}
