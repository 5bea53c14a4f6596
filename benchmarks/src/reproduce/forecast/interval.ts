/** How much of the test part lies within intervals that the validation part calibrated. */
import { ConformalForecaster, evaluate, type NeuralForecaster, type TimeSeries } from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import type { TestScores } from './result.js'

interface Parts {
  series: TimeSeries
  validation: TimeSeries
  test: TimeSeries
}

export async function measureInterval(
  forecaster: NeuralForecaster,
  { series, validation, test }: Parts,
  { intervals, stride = 1, split, config }: ForecastRecipe,
): Promise<TestScores['interval'] | null> {
  if (!intervals) return null
  const { coverage } = intervals
  const calibrated = await ConformalForecaster.calibrate(forecaster, validation, {
    coverages: [coverage],
    stride: intervals.stride,
    adapt: true,
  })
  const end = split.every((part) => part < 1) ? series.length : split.reduce((sum, part) => sum + part, 0)
  const start = end - (test.length - config.lookback)
  const scores = await evaluate(calibrated, series.slice(0, end), {
    start,
    stride,
    coverages: [coverage],
  })
  return scores.intervals[0] ?? null
}
