/** From a batch to its loss, and how such graphs are compiled. */
import { type Axes, type Compiled, type CompileOptions, compile, crossEntropy } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { type StepContext, updateByGradient } from '../training/train-network.js'
import type { ParsedClassifierConfig } from './config.js'
import type { ClassifierNetwork, NetworkInputs } from './network.js'

export type LabelledTensors = { inputs: NetworkInputs; targets: tf.Tensor; weights: tf.Tensor }

/** Any number of series of any length may come at once: two graphs serve them all, with a mask and without. */
export const inputAxes: Axes = { 'inputs.values': ['B', 'N', null, null], 'inputs.lengths': ['B'] }
export const batchAxes: Axes = { ...inputAxes, targets: ['B'], weights: ['B'] }

/** Σ w ℓ / Σ w with ℓ the cross-entropy, and the mean penalty of the network. @param rng switches dropout on. */
export function classificationLoss(
  network: ClassifierNetwork,
  { inputs, targets, weights }: LabelledTensors,
  { labelSmoothing, rng }: Pick<ParsedClassifierConfig, 'labelSmoothing'> & Partial<StepContext>,
): tf.Tensor {
  const { logits, penalty } = network.forward(inputs, rng ? { training: true, rng } : {})
  const loss = crossEntropy({ logits, targets, weights, labelSmoothing })
  return penalty ? tf.add(loss, tf.mean(penalty)) : loss
}

export function createTrainingStep(
  network: ClassifierNetwork,
  context: StepContext & Pick<ParsedClassifierConfig, 'labelSmoothing' | 'classWeights'>,
  engine: CompileOptions,
): Compiled<LabelledTensors, { loss: tf.Tensor }> {
  // The mean over the series of a batch; weighted ones would make the penalty, which has no weights, another one.
  const dataParallel = context.classWeights === 'none' ? { dataParallel: { axis: 'B' } } : {}
  return compile(
    (batch: LabelledTensors) => updateByGradient(() => classificationLoss(network, batch, context), context),
    { ...engine, axes: batchAxes, ...dataParallel },
  )
}
