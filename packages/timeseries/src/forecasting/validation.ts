/** Errors over all windows of a part, in scaled units, by the present weights. */
import { type Compiled, type CompileOptions, compile } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import { chunks, evaluationBatchSize } from '../training/evaluation-batches.js'
import { batchAxes, type ForecastParts, forecastErrors } from './forecast-graph.js'
import type { BatchTensors } from './training-step.js'
import type { Windows } from './windows.js'

export interface ScaledErrors {
  loss: number
  mse: number
  mae: number
}

export class ErrorMeter {
  private readonly compiled: Compiled<BatchTensors, Record<string, tf.Tensor>>

  constructor(parts: ForecastParts, engine: CompileOptions) {
    this.compiled = compile(({ inputs, ...target }: BatchTensors) => forecastErrors(parts, inputs, target), {
      ...engine,
      axes: batchAxes(parts.network.sizes),
      dataParallel: { axis: 'B', reduce: 'sum' },
    })
  }

  get compileMs(): number {
    return this.compiled.stats.compileMs
  }

  /** Means over the observed values. */
  async measure(windows: Windows): Promise<ScaledErrors> {
    const sums = { loss: 0, mse: 0, mae: 0, count: 0 }
    for (const batch of chunks(windows.count, evaluationBatchSize)) {
      const result = await this.compiled(windows.batch(batch))
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += result[name]?.item() ?? 0
    }
    const mean = (name: keyof typeof sums) => sums[name] / sums.count
    return { loss: mean('loss'), mse: mean('mse'), mae: mean('mae') }
  }

  dispose(): Promise<void> {
    return this.compiled.dispose()
  }
}
