/** Training of any network by settings: optimiser, schedule, average, validation, checkpoints. */
import {
  type Compiled,
  clipByGlobalNorm,
  createOptimizer,
  createSchedule,
  ExponentialAverage,
  type Feed,
  type ModelDescription,
  type Module,
  type Optimizer,
  Rng,
  type TrainOptions,
  type TrainResult,
  train,
  type ValidationOptions,
  valueAndGradients,
} from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { TrainingRunOptions } from './run-options.js'
import type { TrainingSettings } from './settings.js'

/** What a step of training needs beside its batch. */
export interface StepContext {
  network: Module
  optimizer: Optimizer
  clipNorm: number
  /** For dropout. */
  rng: Rng
}

/** Batches in an order that depends on seed and epoch alone. */
export interface BatchOrder<Batch> {
  batchesPerEpoch: number
  /** Those of an epoch without the first `skip`. */
  batches(epoch: number, skip: number): Iterable<Batch>
}

export interface TrainingTask<Tensors, Batch extends Feed<Tensors>> {
  network: Module
  settings: TrainingSettings
  seed: number
  /** One step, compiled; see `updateByGradient`. */
  createStep(context: StepContext): Compiled<Tensors, { loss: tf.Tensor }>
  order: BatchOrder<Batch>
  /** B */
  rowsOf(batch: Batch): number
  /** Null: none. */
  validation: (Pick<ValidationOptions, 'run' | 'metric' | 'mode'> & { compileMs(): number }) | null
  describe(): ModelDescription
  run: TrainingRunOptions
}

export async function trainByTask<Tensors, Batch extends Feed<Tensors>>(
  task: TrainingTask<Tensors, Batch>,
): Promise<TrainResult> {
  const { network, settings, order, validation, run } = task
  const optimizer = createOptimizer(settings.optimizer, network)
  const rng = new Rng(task.seed).split()
  const step = task.createStep({ network, optimizer, clipNorm: settings.clipNorm, rng })
  const { averageDecay: decay } = settings
  try {
    return await train<Batch>({
      model: network,
      optimizer,
      step: async (batch) => ({ loss: (await step(batch)).loss, tokens: task.rowsOf(batch) }),
      batches: (epoch, skip) => order.batches(epoch, skip),
      batchesPerEpoch: order.batchesPerEpoch,
      epochs: settings.epochs,
      schedule: createSchedule(settings.schedule, settings.optimizer.learningRate),
      ...(decay > 0 ? { average: new ExponentialAverage(optimizer, { decay }) } : {}),
      rngs: { dropout: rng },
      compileMs: () => step.stats.compileMs + (validation?.compileMs() ?? 0),
      ...validationOptions(settings, validation),
      ...checkpointOptions(run, task.describe),
      signal: run.signal,
      onProgress: run.onProgress,
    })
  } finally {
    await step.dispose()
  }
}

/** Loss, gradients, clipping, update: what a compiled step does. */
export function updateByGradient(
  loss: () => tf.Tensor,
  { network, optimizer, clipNorm }: StepContext,
): { loss: tf.Tensor } {
  const found = valueAndGradients(network, loss)
  optimizer.apply(clipByGlobalNorm(found.gradients, clipNorm))
  return { loss: found.loss }
}

type TrainerOptions = Pick<TrainOptions<unknown>, 'validation' | 'earlyStopping' | 'checkpoint'>

function validationOptions(
  { patience, validateEvery }: TrainingSettings,
  validation: TrainingTask<unknown, never>['validation'],
): TrainerOptions {
  if (!validation) return {}
  const { run, metric, mode } = validation
  return {
    validation: { run, metric, mode, ...(validateEvery === undefined ? {} : { every: validateEvery }) },
    ...(patience > 0 ? { earlyStopping: { patience } } : {}),
  }
}

function checkpointOptions(
  { output, resume = false, saveEveryMinutes, saveEverySteps }: TrainingRunOptions,
  describe: () => ModelDescription,
): TrainerOptions {
  if (output === undefined) return {}
  return {
    checkpoint: {
      folder: output,
      describe,
      resume,
      everyMinutes: saveEveryMinutes,
      everySteps: saveEverySteps,
    },
  }
}
