/** How much of the test part lies within intervals that the validation part calibrated. */
import { ConformalForecaster, evaluate, type Forecaster } from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import type { Parts } from './parts.js'
import type { TestScores } from './result.js'

export async function measureInterval(
  forecaster: Forecaster,
  { validation, untilTest: { series, start } }: Parts,
  { intervals, stride = 1 }: ForecastRecipe,
): Promise<TestScores['interval'] | null> {
  if (!intervals) return null
  const { coverage } = intervals
  const calibrated = await ConformalForecaster.calibrate(forecaster, validation, {
    coverages: [coverage],
    stride: intervals.stride,
    adapt: true,
  })
  const scores = await evaluate(calibrated, series, {
    start,
    stride,
    coverages: [coverage],
  })
  return scores.intervals[0] ?? null
}
