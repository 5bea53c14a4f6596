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
  positions,
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

/** What every word of the vocabulary adds to a step, made once for a whole search. */
export type WordTables = {
  /** `[V, 4H]` the word's part of the decoder's gates, with their biases. */
  gates: tf.Tensor
  /** `[V, E]` the word's part of the readout, with its bias. */
  readout: tf.Tensor
}

/** All that prediction steps share: the `consts` of a `scan` over `predictStep`. */
export type PredictionConstants = {
  decoder: DecoderConstants
  words: WordWeights
  /** Looked up where they are there; else each step computes the words that it needs. */
  tables?: WordTables
}

export function wordTables({ decoder, words }: PredictionConstants): WordTables {
  const { input, bias } = decoder.kernels
  const vectors = wordVectors(positions(words.vectors.shape[0] as number), words) // [V, E]
  const { ofWord } = readoutParts(words)
  return {
    gates: tf.add(tf.matMul(vectors as tf.Tensor2D, input as tf.Tensor2D), bias),
    readout: linear(vectors, ofWord, words.readoutBias),
  }
}

/** W_r cut in two: what multiplies `[h; ctx]`, and the word's vector. */
function readoutParts({ readout, vectors }: WordWeights): { ofState: tf.Tensor; ofWord: tf.Tensor } {
  const [R, E] = [readout.shape[1] as number, vectors.shape[1] as number]
  const [ofState, ofWord] = tf.split(readout, [R - E, E], 1) as [tf.Tensor, tf.Tensor]
  return { ofState, ofWord }
}

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
  const { words, tables } = constants
  if (tables) return predictFromTables(decoder, before, lastWords, { ...constants, tables })
  const word = wordVectors(lastWords, words)
  const { state, context, attention } = decoder.step(before, word, constants.decoder)
  const read = readOut({ hidden: state.h, context, word }, words)
  return { state, logits: wordScores(read, words), attention }
}

function predictFromTables(
  decoder: AttentionDecoder,
  before: DecoderState,
  lastWords: tf.Tensor,
  { words, tables, ...constants }: Required<PredictionConstants>,
): Prediction {
  const gates = tf.gather(tables.gates, lastWords)
  const { state, context, attention } = decoder.stepProjected(before, gates, constants.decoder)
  const ofState = linear(tf.concat([state.h, context], 1), readoutParts(words).ofState)
  const read = tf.tanh(tf.add(ofState, tf.gather(tables.readout, lastWords)))
  return { state, logits: wordScores(read, words), attention }
}
