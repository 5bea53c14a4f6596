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
  test: TestScores
}

export interface TestScores {
  windows: number
  mse: number
  mae: number
  /** Share of truths within the interval, where one was asked for, and its mean width. */
  interval?: { coverage: number; measured: number; width: number }
}

/** Another method on the same windows. */
export interface BesideScores {
  name: string
  horizon: number
  test: TestScores
}

/** Over the seeds: mean, and standard deviation of a sample. */
export interface Spread {
  mean: number
  deviation: number
}

export interface HorizonScores {
  horizon: number
  mse: Spread
  mae: Spread
  /** Share of truths within the interval. */
  covered?: Spread
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
  /** Simple methods and DLinear, where they were asked for. */
  beside?: BesideScores[]
  /** Minutes of training, all members together. */
  minutes: number
  training: ForecastMember[]
  environment: Environment
}

export function resultsByHorizon(members: readonly ForecastMember[]): HorizonScores[] {
  return [...new Set(members.map(({ horizon }) => horizon))].map((horizon) => {
    const tests = members.filter((member) => member.horizon === horizon).map(({ test }) => test)
    const covered = tests.flatMap(({ interval }) => interval?.measured ?? [])
    return {
      horizon,
      mse: spread(tests.map(({ mse }) => mse)),
      mae: spread(tests.map(({ mae }) => mae)),
      ...(covered.length > 0 ? { covered: spread(covered) } : {}),
    }
  })
}

export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }
}

export function summaryOf({ title, scores, seeds, minutes, beside = [] }: ForecastReproduction): string {
  return [
    `${title}: ${seeds.length} seeds, ${minutes.toFixed(1)} minutes of training`,
    ...scores.flatMap(({ horizon, mse, mae, covered }) => [
      `test, horizon ${horizon}: MSE ${spreadText(mse)} · MAE ${spreadText(mae)}${covered ? ` · within the interval ${spreadText(covered)}` : ''}`,
      ...beside
        .filter((other) => other.horizon === horizon)
        .map(({ name, test }) => `  ${name}: MSE ${test.mse.toFixed(4)} · MAE ${test.mae.toFixed(4)}`),
    ]),
  ].join('\n')
}

/** Mean ± standard deviation. */
export const spreadText = ({ mean, deviation }: Spread): string =>
  `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`
