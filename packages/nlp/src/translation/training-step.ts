/** One step of training, compiled: own words mixed in, loss, gradients, clipping, update. */
import {
  type CompileOptions,
  type CompileStats,
  clipByGlobalNorm,
  compile,
  NdArray,
  type Optimizer,
  type Rng,
  type StepReport,
  valueAndGradients,
} from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { Batch } from '../data/index.js'
import type { ParsedTrainingConfig } from './config.js'
import { batchAxes, type TranslationTensors, tensorsOf, translationLoss } from './loss.js'
import type { TranslationModel } from './model.js'
import { ownWordProbability, withOwnWords } from './scheduled-sampling.js'

export interface TrainingStepParts {
  model: TranslationModel
  optimizer: Optimizer
  training: ParsedTrainingConfig
  /** For dropout, and for the coins of scheduled sampling. */
  rng: Rng
  engine: CompileOptions
}

export interface TrainingStep {
  run(batch: Batch): Promise<StepReport>
  readonly stats: CompileStats
  dispose(): Promise<void>
}

type StepInputs = {
  batch: TranslationTensors
  /** Without scheduled sampling null. */
  ownWords: tf.Tensor | null
}

const stepAxes = Object.fromEntries(Object.entries(batchAxes).map(([name, axes]) => [`batch.${name}`, axes]))

export function createTrainingStep({
  model,
  optimizer,
  training,
  rng,
  engine,
}: TrainingStepParts): TrainingStep {
  const { labelSmoothing, clipNorm, scheduledSampling } = training
  const step = compile(
    ({ batch, ownWords }: StepInputs) => {
      const fed = ownWords ? withOwnWords(model, batch, { probability: ownWords, rng }) : batch
      const { loss, gradients } = valueAndGradients(model, () =>
        translationLoss(model, fed, { labelSmoothing, rng }),
      )
      optimizer.apply(clipByGlobalNorm(gradients, clipNorm))
      return { loss }
    },
    { ...engine, axes: stepAxes },
  )
  const ownWords = () =>
    new NdArray(Float32Array.of(ownWordProbability(scheduledSampling, optimizer.step + 1)), [])
  return {
    run: async (batch) => {
      const inputs = {
        batch: tensorsOf(batch),
        ownWords: scheduledSampling.probability > 0 ? ownWords() : null,
      }
      return { loss: (await step(inputs)).loss, tokens: batch.targetTokens }
    },
    stats: step.stats,
    dispose: () => step.dispose(),
  }
}
