/** Networks and simple methods on the same windows of a test part that none of them has seen. */

import { progressDisplay } from '@attentive/core'
import {
  BaselineForecaster,
  type BaselineName,
  BlendedForecaster,
  evaluate,
  type ForecastConfig,
  type ForecastScores,
  NeuralForecaster,
  splitSeries,
  type TimeSeries,
} from '@attentive/timeseries'

export interface ContestOptions {
  series: TimeSeries
  split: readonly [train: number, validation: number, test: number]
  /** By the name that it has in the table. */
  networks: Readonly<Record<string, ForecastConfig>>
  baselines: readonly BaselineName[]
  /** Simple method that each network is blended with, as a further row of the table. Default none. */
  blendWith?: BaselineName
  /** Steps of a season, for the simple methods. */
  period: number
  /** Rows between two windows. */
  stride: number
}

export interface ContestResult {
  scores: Record<string, ForecastScores>
  /** The networks, trained. */
  forecasters: Record<string, NeuralForecaster>
  parts: [train: TimeSeries, validation: TimeSeries, test: TimeSeries]
}

/** Trains on the first part, stops by the second, scores on the third. */
export async function contest(options: ContestOptions): Promise<ContestResult> {
  const { series, split, networks, baselines, blendWith, period, stride } = options
  const [first] = Object.values(networks) as [ForecastConfig]
  const { lookback, horizon } = first
  const parts = splitSeries(series, split, { overlap: lookback }) as ContestResult['parts']
  const [train, validation, test] = parts
  const forecasters: Record<string, NeuralForecaster> = {}
  const scores: Record<string, ForecastScores> = {}
  const asked = { stride, start: lookback, train, period }
  for (const [name, config] of Object.entries(networks)) {
    const forecaster = new NeuralForecaster(config)
    const display = progressDisplay()
    await forecaster.fit(train, { validation, onProgress: display.onProgress })
    display.stop()
    forecasters[name] = forecaster
    const { scale } = forecaster
    scores[name] = await evaluate(forecaster, test, { ...asked, scale })
    if (blendWith === undefined) continue
    const simple = { name: blendWith, period }
    const blended = await BlendedForecaster.learn(forecaster, validation, { simple })
    scores[blended.name] = await evaluate(blended, test, { ...asked, scale })
  }
  const [judge] = Object.values(forecasters) as [NeuralForecaster]
  for (const name of baselines) {
    const baseline = new BaselineForecaster({ name, horizon, period, target: [...(judge.target ?? [])] })
    scores[name] = await evaluate(baseline, test, { ...asked, scale: judge.scale })
  }
  return { scores, forecasters, parts }
}
