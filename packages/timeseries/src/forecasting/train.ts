/** Training of a network on the windows of a part, validated on those of another. */
import {
  type CompileOptions,
  createOptimizer,
  createSchedule,
  ExponentialAverage,
  type ModelDescription,
  Rng,
  type TrainingProgress,
  type TrainOptions,
  type TrainResult,
  train,
} from '@attentive/core'
import type { ParsedForecastConfig } from './config.js'
import type { ForecastParts } from './forecast-graph.js'
import { createTrainingStep } from './training-step.js'
import { ErrorMeter } from './validation.js'
import type { WindowBatch, Windows } from './windows.js'

/** How a training is carried out, beside what is trained. */
export interface TrainingRunOptions {
  /**
   * Folder for the finished model, its checkpoints (`last`, `best`) and its history (`training.jsonl`). Without one
   * nothing is written.
   */
  output?: string
  /** Continue from the last checkpoint in `output`, exactly; from the beginning where there is none. Default false. */
  resume?: boolean
  /** Minutes between saves of the last checkpoint. Default 10. */
  saveEveryMinutes?: number
  /** Steps between saves of the last checkpoint, beside the minutes. Default: minutes alone. */
  saveEverySteps?: number
  /** Aborted: finish the step, save, return. See `abortOnInterrupt`. */
  signal?: AbortSignal
  /** Told after every step and around validations. See `progressDisplay`. */
  onProgress?(progress: TrainingProgress): void
}

export interface NetworkTraining {
  parts: ForecastParts
  config: ParsedForecastConfig
  windows: Windows
  validation: Windows | null
  describe(): ModelDescription
  engine: CompileOptions
  run: TrainingRunOptions
}

export async function trainNetwork(options: NetworkTraining): Promise<TrainResult> {
  const { parts, config, windows, validation, engine, run } = options
  const { training } = config
  const optimizer = createOptimizer(training.optimizer, parts.network)
  const rng = new Rng(config.seed).split()
  const step = createTrainingStep({ parts, optimizer, clipNorm: training.clipNorm, rng, engine })
  const meter = validation && new ErrorMeter(parts, engine)
  const order = windowOrder(windows, config)
  try {
    return await train<WindowBatch>({
      model: parts.network,
      optimizer,
      step: async (batch) => ({ loss: (await step(batch)).loss, tokens: batch.target.shape[0] as number }),
      batches: (epoch, skip) => order.batches(epoch, skip),
      batchesPerEpoch: order.batchesPerEpoch,
      epochs: training.epochs,
      schedule: createSchedule(training.schedule, training.optimizer.learningRate),
      ...(training.averageDecay > 0
        ? { average: new ExponentialAverage(optimizer, { decay: training.averageDecay }) }
        : {}),
      rngs: { dropout: rng },
      compileMs: () => step.stats.compileMs + (meter?.compileMs ?? 0),
      ...validationOptions(options, meter),
      ...checkpointOptions(options),
      signal: run.signal,
      onProgress: run.onProgress,
    })
  } finally {
    await step.dispose()
    await meter?.dispose()
  }
}

/** Windows in an order that depends on seed and epoch alone. */
function windowOrder(windows: Windows, { seed, training }: ParsedForecastConfig) {
  const { batchSize, windowsPerEpoch = windows.count } = training
  const perEpoch = Math.min(windowsPerEpoch, windows.count)
  return {
    batchesPerEpoch: Math.ceil(perEpoch / batchSize),
    *batches(epoch: number, skip: number): Generator<WindowBatch> {
      const all = Array.from({ length: windows.count }, (_, i) => i)
      const drawn = new Rng(seed * 1_000_003 + epoch).shuffle(all).slice(0, perEpoch)
      for (let start = skip * batchSize; start < perEpoch; start += batchSize)
        yield windows.batch(drawn.slice(start, start + batchSize))
    },
  }
}

type TrainerOptions = Partial<TrainOptions<WindowBatch>>

function validationOptions(
  { config: { training }, validation }: NetworkTraining,
  meter: ErrorMeter | null,
): TrainerOptions {
  if (!validation || !meter) return {}
  const { metric, patience, validateEvery } = training
  return {
    validation: {
      run: async () => ({ ...(await meter.measure(validation)) }),
      metric,
      mode: 'min',
      ...(validateEvery === undefined ? {} : { every: validateEvery }),
    },
    ...(patience > 0 ? { earlyStopping: { patience } } : {}),
  }
}

function checkpointOptions({ run, describe }: NetworkTraining): TrainerOptions {
  const { output, resume = false, saveEveryMinutes, saveEverySteps } = run
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
