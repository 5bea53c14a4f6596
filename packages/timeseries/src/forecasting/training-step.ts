/** One step of training, compiled: loss, gradients, clipping, update. */
import {
  type Compiled,
  type CompileOptions,
  clipByGlobalNorm,
  compile,
  type Optimizer,
  type Rng,
  valueAndGradients,
} from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import { batchAxes, type ForecastParts, forecastLoss, type TargetTensors } from './forecast-graph.js'
import type { NetworkInputs } from './network.js'

export type BatchTensors = { inputs: NetworkInputs } & TargetTensors

export interface TrainingStepParts {
  parts: ForecastParts
  optimizer: Optimizer
  clipNorm: number
  /** For dropout. */
  rng: Rng
  engine: CompileOptions
}

export function createTrainingStep({
  parts,
  optimizer,
  clipNorm,
  rng,
  engine,
}: TrainingStepParts): Compiled<BatchTensors, { loss: tf.Tensor }> {
  return compile(
    ({ inputs, ...target }: BatchTensors) => {
      const { loss, gradients } = valueAndGradients(parts.network, () =>
        forecastLoss(parts, inputs, target, rng),
      )
      optimizer.apply(clipByGlobalNorm(gradients, clipNorm))
      return { loss }
    },
    { ...engine, axes: batchAxes(parts.network.sizes) },
  )
}
