/** What a reproduction of forecasts leaves behind, and its short form for people. */
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import type { Environment } from '../environment.js'

export interface ForecastMember {
  horizon: number
  seed: number
  minutes: number
  steps: number
  parameters: number
  /** The validation score that chose the weights, and the step it was reached at. */
  best: { score: number; step: number } | null
  /** Of standardised values, over all windows of the test part. */
  test: { windows: number; mse: number; mae: number }
}

/** Over the seeds: mean, and standard deviation of a sample. */
interface Spread {
  mean: number
  deviation: number
}

export interface HorizonScores {
  horizon: number
  mse: Spread
  mae: Spread
}

/** Contents of `results/NAME.json`. */
export interface ForecastReproduction {
  name: string
  title: string
  command: string
  config: ForecastRecipe['config']
  split: ForecastRecipe['split']
  seeds: readonly number[]
  /** SHA-256 of each file. */
  data: Record<string, string>
  scores: HorizonScores[]
  /** Minutes of training, all members together. */
  minutes: number
  training: ForecastMember[]
  environment: Environment
}

export function resultsByHorizon(members: readonly ForecastMember[]): HorizonScores[] {
  return [...new Set(members.map(({ horizon }) => horizon))].map((horizon) => {
    const tests = members.filter((member) => member.horizon === horizon).map(({ test }) => test)
    return { horizon, mse: spread(tests.map(({ mse }) => mse)), mae: spread(tests.map(({ mae }) => mae)) }
  })
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }
}

export function summaryOf({ title, scores, seeds, minutes }: ForecastReproduction): string {
  const text = ({ mean, deviation }: Spread) => `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`
  return [
    `${title}: ${seeds.length} seeds, ${minutes.toFixed(1)} minutes of training`,
    ...scores.map(({ horizon, mse, mae }) => `test, horizon ${horizon}: MSE ${text(mse)} · MAE ${text(mae)}`),
  ].join('\n')
}
