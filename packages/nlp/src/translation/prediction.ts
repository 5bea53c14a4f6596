/**
 * From the decoder to words: pure functions of tensors, which read no parameters, so that teacher-forced training (all
 * steps at once), scheduled sampling (inside a `scan`) and every search compute the same thing.
 */
import {
  type AttentionDecoder,
  type DecoderConstants,
  type DecoderState,
  embedding,
  linear,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { padId } from '../text/index.js'

/** Weights around the decoder's cell, as tensors: E numbers in a word vector, V words, R = H + M + E. */
export type WordWeights = {
  /** `[V, E]` vectors of the words that go in. */
  vectors: tf.Tensor
  /** `[E, R]` and `[E]` */
  readout: tf.Tensor
  readoutBias: tf.Tensor
  /** `[V, E]` vectors of the words that come out (the same when tied), and `[V]`. */
  output: tf.Tensor
  outputBias: tf.Tensor
}

/** Vectors of words, `[…]` int32 → `[…, E]`; those of padding are zero. */
export function wordVectors(ids: tf.Tensor, { vectors }: Pick<WordWeights, 'vectors'>): tf.Tensor {
  return embedding(ids, vectors, padId)
}

/** What the readout sees of a step: `[…, H]`, `[…, M]` and the last word's vector `[…, E]`. */
export interface ReadoutInputs {
  hidden: tf.Tensor
  context: tf.Tensor
  word: tf.Tensor
}

/** r = tanh(W_r · [h; ctx; word] + b): `[…, E]`. */
export function readOut({ hidden, context, word }: ReadoutInputs, weights: WordWeights): tf.Tensor {
  return tf.tanh(linear(tf.concat([hidden, context, word], -1), weights.readout, weights.readoutBias))
}

/** Unnormalised log-probabilities of the next word: W_out · r + b, `[N, E]` → `[N, V]`. */
export function wordScores(read: tf.Tensor, { output, outputBias }: WordWeights): tf.Tensor {
  return tf.add(tf.matMul(read as tf.Tensor2D, output as tf.Tensor2D, false, true), outputBias)
}

/** All that prediction steps share: the `consts` of a `scan` over `predictStep`. */
export type PredictionConstants = { decoder: DecoderConstants; words: WordWeights }

export interface Prediction {
  state: DecoderState
  /** `[N, V]` scores of the next word. */
  logits: tf.Tensor
  /** `[N, S]` */
  attention: tf.Tensor
}

/**
 * One step without dropout: the last words go in, scores of the next ones come out.
 * @param decoder for its style and sizes; its weights are in `constants`.
 * @param lastWords `[N]` int32.
 */
export function predictStep(
  decoder: AttentionDecoder,
  before: DecoderState,
  lastWords: tf.Tensor,
  constants: PredictionConstants,
): Prediction {
  const word = wordVectors(lastWords, constants.words)
  const { state, context, attention } = decoder.step(before, word, constants.decoder)
  const read = readOut({ hidden: state.h, context, word }, constants.words)
  return { state, logits: wordScores(read, constants.words), attention }
}
