/**
 * Scheduled sampling (Bengio, Vinyals, Jaitly & Shazeer 2015, section 2.4): in training the decoder is fed, now and
 * then, the word that it would have said itself in place of the right one, so that it learns to go on after a mistake.
 *
 * Which words are fed is found in a pass of its own, before the loss and without gradients: at each step a coin decides
 * between the right last word and the likeliest one by the model's present weights (argmax, no dropout). The loss is
 * then that of teacher forcing with those words: its gradient is the one of section 2.4, where none flows through the
 * choice.
 */
import { type DecoderState, type Rng, scan } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ParsedTrainingConfig } from './config.js'
import type { TranslationTensors } from './loss.js'
import type { TranslationModel } from './model.js'
import { type PredictionConstants, predictStep } from './prediction.js'

export interface OwnWordOptions {
  /** A number as a tensor: it may change from step to step in a compiled function. */
  probability: tf.Tensor
  /** For the coins. */
  rng: Rng
}

type Walk = {
  state: DecoderState
  /** `[B]` int32, the likeliest word after the step before. */
  own: tf.Tensor
}

/**
 * The batch with some words of `targetInput` replaced by the model's own.
 *
 * Call it before the gradients are taken, not inside the differentiated function: eagerly, TensorFlow.js would try to
 * differentiate integers.
 */
export function withOwnWords<Batch extends TranslationTensors>(
  model: TranslationModel,
  batch: Batch,
  { probability, rng }: OwnWordOptions,
): Batch {
  const { memory, mask, initialState } = model.encode(batch.source, batch.sourceMask)
  const { decoder } = model
  const right = tf.transpose(batch.targetInput) // [T, B]
  const coins = tf.less(rng.uniform(right.shape), probability) // [T, B]
  const { outputs: fed } = scan(
    ({ state, own }: Walk, x: { right: tf.Tensor; coin: tf.Tensor }, constants: PredictionConstants) => {
      const word = tf.where(x.coin, own, x.right) // [B]
      const next = predictStep(decoder, state, word, constants)
      return { carry: { state: next.state, own: likeliest(next.logits) }, output: word }
    },
    // Every sentence begins with the same mark, whatever the first coin says.
    { state: decoder.startState(initialState), own: tf.gather(right, 0) },
    { right, coin: coins },
    { decoder: decoder.constants(decoder.prepare(memory, mask)), words: model.wordWeights() },
  )
  return { ...batch, targetInput: tf.transpose(fed) }
}

const likeliest = (logits: tf.Tensor): tf.Tensor => tf.cast(tf.argMax(logits, 1), 'int32')

/** The probability at a training step (from 1): it rises evenly from 0 over `riseSteps` and stays. */
export function ownWordProbability(
  { probability, riseSteps }: ParsedTrainingConfig['scheduledSampling'],
  step: number,
): number {
  return step > riseSteps ? probability : (probability * (step - 1)) / riseSteps
}
