/** Training of a network on labelled series, validated on others. */
import type { CompileOptions, ModelDescription, TrainResult } from '@attentive/core'
import type { TrainingRunOptions } from '../training/run-options.js'
import { trainByTask } from '../training/train-network.js'
import type { ParsedClassifierConfig } from './config.js'
import type { Fitted } from './fitted.js'
import { createTrainingStep, type LabelledTensors } from './graph.js'
import { Inference, type Inferred, likeliest } from './inference.js'
import type { ClassifierNetwork } from './network.js'
import { classificationScores } from './scores.js'
import { type LabelledBatch, type LabelledSequence, sequenceOrder } from './sequences.js'

export interface ClassifierTraining {
  network: ClassifierNetwork
  config: ParsedClassifierConfig
  fitted: Fitted
  train: readonly LabelledSequence[]
  validation: readonly LabelledSequence[] | null
  describe(): ModelDescription
  engine: CompileOptions
  run: TrainingRunOptions
}

export async function trainClassifier(options: ClassifierTraining): Promise<TrainResult> {
  const { network, config, fitted, validation, engine, run, describe } = options
  const { metric, batchSize } = config.training
  const { segmentLength } = network
  const { labelSmoothing, classWeights } = config
  const inference = validation && new Inference(network, engine)
  try {
    return await trainByTask<LabelledTensors, LabelledBatch>({
      network,
      settings: config.training,
      seed: config.seed,
      createStep: (context) =>
        createTrainingStep(network, { ...context, labelSmoothing, classWeights }, engine),
      order: sequenceOrder(options.train, { batchSize, segmentLength, seed: config.seed }),
      rowsOf: ({ targets }) => targets.shape[0] as number,
      validation: inference && {
        run: async () => validationScores(await inference.run(validation), validation, fitted),
        metric,
        mode: metric === 'loss' ? 'min' : 'max',
        compileMs: () => inference.compileMs,
      },
      describe,
      run,
    })
  } finally {
    await inference?.dispose()
  }
}

/** `loss` is the cross-entropy, Σ w ℓ / Σ w, of unsmoothed labels. */
function validationScores(
  inferred: readonly Inferred[],
  sequences: readonly LabelledSequence[],
  { classes }: Fitted,
): Record<'loss' | 'accuracy' | 'balancedAccuracy' | 'macroF1', number> {
  const labels = classes.map(({ label }) => label)
  const labelOf = (k: number) => labels[k] as string
  let [loss, weights] = [0, 0]
  for (const [i, { target, weight }] of sequences.entries()) {
    loss -= weight * (inferred[i]?.logProbabilities[target] as number)
    weights += weight
  }
  const { accuracy, balancedAccuracy, macroF1 } = classificationScores(
    sequences.map(({ target }) => labelOf(target)),
    inferred.map((one) => labelOf(likeliest(one))),
    labels,
  )
  return { loss: loss / weights, accuracy, balancedAccuracy, macroF1 }
}
