/** Simple methods and DLinear on the windows that a recipe is scored on. */
import {
  BaselineForecaster,
  baselineNames,
  evaluate,
  type ForecastScores,
  NeuralForecaster,
  type TimeSeries,
} from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import { partsOf } from './parts.js'
import type { BesideScores } from './result.js'

/** What is scored on the windows of the test part, and how its errors are scaled. */
export async function scoreBeside(
  series: TimeSeries,
  recipe: ForecastRecipe,
  threads: number | undefined,
): Promise<BesideScores[]> {
  const scores: BesideScores[] = []
  for (const horizon of recipe.horizons) {
    const linear = await fitLinear(series, { recipe, horizon, threads })
    const { scale, target } = linear
    const { stride = 1 } = recipe
    const { test, untilTest } = partsOf(series, recipe)
    scores.push(rowOf('linear', horizon, await evaluate(linear, test, { scale, stride })))
    await linear.dispose()
    const { series: known, start } = untilTest
    for (const name of baselineNames) {
      const baseline = new BaselineForecaster({ name, horizon, target: [...(target ?? [])] })
      scores.push(rowOf(name, horizon, await evaluate(baseline, known, { scale, stride, start })))
    }
  }
  return scores
}

interface LinearOptions {
  recipe: ForecastRecipe
  horizon: number
  threads: number | undefined
}

async function fitLinear(series: TimeSeries, { recipe, horizon, threads }: LinearOptions) {
  const { lookback, target, past = [], future = [], windowNorm, likelihood, training } = recipe.config
  const { train, validation } = partsOf(series, recipe)
  const covariates = new Set([...past, ...future])
  const forecaster = new NeuralForecaster(
    {
      model: { name: 'linear' },
      lookback,
      horizon,
      target: [...(target ?? series.channels.filter((channel) => !covariates.has(channel)))],
      ...(likelihood?.type === 'point' ? { likelihood } : {}),
      ...(windowNorm === undefined ? {} : { windowNorm }),
      training: { ...training, optimizer: { type: 'adam', learningRate: 1e-3 } },
      seed: recipe.seeds[0] as number,
    },
    { threads },
  )
  await forecaster.fit(train, { validation })
  return forecaster
}

function rowOf(name: string, horizon: number, { windows, standardised }: ForecastScores): BesideScores {
  const { mse, mae } = standardised as { mse: number; mae: number }
  return { name, horizon, test: { windows, mse, mae } }
}
