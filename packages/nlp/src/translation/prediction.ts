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

/** The weights with words added that are never likely, so that their number is a multiple of `divisor`. */
export function withMoreWords(weights: WordWeights, divisor: number): WordWeights {
  const missing = (divisor - ((weights.outputBias.shape[0] as number) % divisor)) % divisor
  if (missing === 0) return weights
  return {
    ...weights,
    output: tf.pad(weights.output, [
      [0, missing],
      [0, 0],
    ]),
    outputBias: tf.pad(weights.outputBias, [[0, missing]], -1e30),
  }
}

/** All that prediction steps share: the `consts` of a `scan` over `predictStep`. */
export type PredictionConstants = {
  decoder: DecoderConstants
  words: WordWeights
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
  const { words } = constants
  const word = wordVectors(lastWords, words)
  const { state, context, attention } = decoder.step(before, word, constants.decoder)
  const read = readOut({ hidden: state.h, context, word }, words)
  return { state, logits: wordScores(read, words), attention }
}

/** W_r cut in three, as kernels: what multiplies h `[H, E]`, the context `[M, E]` and the last word `[E, E]`. */
function readoutKernels({ readout, vectors }: WordWeights, H: number) {
  const [R, E] = [readout.shape[1] as number, vectors.shape[1] as number]
  const [ofHidden, ofContext, ofWord] = tf.split(tf.transpose(readout), [H, R - H - E, E])
  return { ofHidden, ofContext, ofWord } as Record<'ofHidden' | 'ofContext' | 'ofWord', tf.Tensor>
}

/** A memory of which searches read off what their steps multiply contexts by: see `AttentionDecoder.multiplyMemory`. */
export function searchMemory(
  decoder: AttentionDecoder,
  constants: PredictionConstants,
): DecoderConstants['memory'] {
  const { ofContext } = readoutKernels(constants.words, decoder.hiddenSize)
  return decoder.multiplyMemory(constants.decoder, ofContext)
}

/**
 * `predictStep` over a memory of `searchMemory`, to the same result.
 * @param tabulate what words add to a step is made for the whole vocabulary and looked up: for a graph whose weights
 *   are constants, where that happens once, when it is built.
 */
export function searchStep(
  decoder: AttentionDecoder,
  before: DecoderState,
  lastWords: tf.Tensor,
  { tabulate, ...constants }: PredictionConstants & { tabulate: boolean },
): Prediction {
  const { words } = constants
  const { ofHidden, ofWord } = readoutKernels(words, decoder.hiddenSize)
  const { input, bias } = constants.decoder.kernels
  const V = words.vectors.shape[0] as number
  const vectors = wordVectors(tabulate ? positions(V) : lastWords, words)
  const ofWords = (kernel: tf.Tensor, bias: tf.Tensor) => {
    const parts = tf.add(product(vectors, kernel), bias)
    return tabulate ? tf.gather(parts, lastWords) : parts
  }
  const gates = ofWords(input, bias)
  const { state, context, attention } = decoder.stepMultiplied(before, gates, constants.decoder)
  const sum = tf.add(tf.add(product(state.h, ofHidden), context), ofWords(ofWord, words.readoutBias))
  return { state, logits: wordScores(tf.tanh(sum), words), attention }
}

const product = (x: tf.Tensor, kernel: tf.Tensor) => tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D)
