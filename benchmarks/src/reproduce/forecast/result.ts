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
  /** Where the network is blended with a simple method: the network alone, and the mean weight it has. */
  alone?: { mse: number; mae: number }
  weight?: number
}

export interface BlendScores {
  windows: number
  mse: number
  mae: number
  /** Of the networks, mean over steps ahead and channels. */
  weight: number
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
  /** Where networks are blended with a simple method: the networks alone, and the blend of all seeds' networks. */
  alone?: { mse: Spread; mae: Spread }
  together?: BlendScores
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

/** @param together of the horizons that have one. */
export function resultsByHorizon(
  members: readonly ForecastMember[],
  together: ReadonlyMap<number, BlendScores> = new Map(),
): HorizonScores[] {
  return [...new Set(members.map(({ horizon }) => horizon))].map((horizon) => {
    const tests = members.filter((member) => member.horizon === horizon).map(({ test }) => test)
    const covered = tests.flatMap(({ interval }) => interval?.measured ?? [])
    const alone = tests.flatMap((test) => test.alone ?? [])
    const all = together.get(horizon)
    return {
      horizon,
      ...spreads(tests),
      ...(alone.length > 0 ? { alone: spreads(alone) } : {}),
      ...(all ? { together: all } : {}),
      ...(covered.length > 0 ? { covered: spread(covered) } : {}),
    }
  })
}

function spreads(scores: readonly { mse: number; mae: number }[]): { mse: Spread; mae: Spread } {
  return { mse: spread(scores.map(({ mse }) => mse)), mae: spread(scores.map(({ mae }) => mae)) }
}

export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }
}

export function summaryOf({ title, scores, seeds, minutes, beside = [] }: ForecastReproduction): string {
  return [
    `${title}: ${seeds.length} seeds, ${minutes.toFixed(1)} minutes of training`,
    ...scores.flatMap(({ horizon, mse, mae, covered, alone, together }) => [
      `test, horizon ${horizon}: MSE ${spreadText(mse)} · MAE ${spreadText(mae)}${covered ? ` · within the interval ${spreadText(covered)}` : ''}`,
      ...(alone ? [`  networks alone: MSE ${spreadText(alone.mse)} · MAE ${spreadText(alone.mae)}`] : []),
      ...(together
        ? [
            `  all ${seeds.length} blended: MSE ${together.mse.toFixed(4)} · MAE ${together.mae.toFixed(4)} · mean weight ${together.weight.toFixed(3)}`,
          ]
        : []),
      ...beside
        .filter((other) => other.horizon === horizon)
        .map(({ name, test }) => `  ${name}: MSE ${test.mse.toFixed(4)} · MAE ${test.mae.toFixed(4)}`),
    ]),
  ].join('\n')
}

/** Mean ± standard deviation. */
export const spreadText = ({ mean, deviation }: Spread): string =>
  `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`
