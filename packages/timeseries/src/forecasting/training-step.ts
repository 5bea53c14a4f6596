/** One step of training, compiled: loss, gradients, clipping, update. */
import { type Compiled, type CompileOptions, compile } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type StepContext, updateByGradient } from '../training/train-network.js'
import { batchAxes, type ForecastParts, forecastLoss, type TargetTensors } from './forecast-graph.js'
import type { NetworkInputs } from './network.js'

export type BatchTensors = { inputs: NetworkInputs } & TargetTensors

export function createTrainingStep(
  parts: ForecastParts,
  context: StepContext,
  engine: CompileOptions,
): Compiled<BatchTensors, { loss: tf.Tensor }> {
  return compile(
    ({ inputs, ...target }: BatchTensors) =>
      updateByGradient(() => forecastLoss(parts, inputs, target, context.rng), context),
    { ...engine, axes: batchAxes(parts.network.sizes), dataParallel: { axis: 'B', weights: 'observed' } },
  )
}
