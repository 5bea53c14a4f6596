/** What a detector stands on: a trained model that says what it would have had in place of each value. */
import type { TrainResult } from '@attentive/core'
import type { TimeSeries } from '../series/index.js'
import type { TrainingRunOptions } from '../training/run-options.js'

export interface ResidualModel {
  /** C, of which there are residuals, in their order. */
  readonly channels: readonly string[]
  /** Rows that a series needs. */
  readonly leastRows: number
  fit(
    train: readonly TimeSeries[],
    validation: readonly TimeSeries[],
    run: TrainingRunOptions,
  ): Promise<TrainResult>
  /** Value less what the model has in its place, `[T, C]`; NaN where it has nothing, or the value is missing. */
  residuals(series: TimeSeries): Promise<Float64Array>
  save(folder: string): Promise<void>
  dispose(): Promise<void>
}
