/** Training of a network on the windows of a part, validated on those of another. */
import type { CompileOptions, ModelDescription, TrainResult } from '@attentive/core'
import { windowOrder } from '../training/epoch-order.js'
import type { TrainingRunOptions } from '../training/run-options.js'
import { trainByTask } from '../training/train-network.js'
import type { ParsedForecastConfig } from './config.js'
import type { ForecastParts } from './forecast-graph.js'
import { type BatchTensors, createTrainingStep } from './training-step.js'
import { ErrorMeter } from './validation.js'
import type { WindowBatch, Windows } from './windows.js'

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
  const { parts, config, windows, validation, engine, run, describe } = options
  const meter = validation && new ErrorMeter(parts, engine)
  try {
    return await trainByTask<BatchTensors, WindowBatch>({
      network: parts.network,
      settings: config.training,
      seed: config.seed,
      createStep: (context) => createTrainingStep(parts, context, engine),
      order: windowOrder(windows, config),
      rowsOf: ({ target }) => target.shape[0] as number,
      validation: meter && {
        run: async () => ({ ...(await meter.measure(validation)) }),
        metric: config.training.metric,
        mode: 'min',
        compileMs: () => meter.compileMs,
      },
      describe,
      run,
    })
  } finally {
    await meter?.dispose()
  }
}
