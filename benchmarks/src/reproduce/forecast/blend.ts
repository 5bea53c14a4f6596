/** Networks blended with a simple method, by weights that the validation part chose. */
import { BlendedForecaster, evaluate, type NeuralForecaster } from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import type { Parts } from './parts.js'
import type { BlendScores } from './result.js'

export async function learnBlend(
  networks: readonly NeuralForecaster[],
  { untilValidation: { series, start } }: Parts,
  simple: NonNullable<ForecastRecipe['blend']>,
): Promise<BlendedForecaster> {
  return BlendedForecaster.learn(networks, series, { simple, start })
}

export async function measureBlend(
  blended: BlendedForecaster,
  { untilTest: { series, start } }: Parts,
  { scale, stride }: { scale: readonly number[] | null; stride: number },
): Promise<BlendScores> {
  const { windows, standardised } = await evaluate(blended, series, { scale, stride, start })
  const weights = blended.weights as Float32Array
  return {
    windows,
    ...(standardised as { mse: number; mae: number }),
    weight: weights.reduce((sum, s) => sum + s, 0) / weights.length,
  }
}
