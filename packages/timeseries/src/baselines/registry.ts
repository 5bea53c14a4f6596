/** Simple forecasts by name: one row each. */
import { ses } from './exponential-smoothing.js'
import type { ChannelForecast } from './history.js'
import { drift, historicalMean, naive, seasonalNaive } from './simple.js'
import { naive2, seasonalSes, theta } from './theta.js'

export interface BaselineRow {
  title: string
  /** @param history without holes. @param period steps of a season. */
  forecast(history: Float64Array, horizon: number, period: number): ChannelForecast
}

export const baselines = {
  naive: { title: 'Naive (last value)', forecast: naive },
  'seasonal-naive': { title: 'Seasonal naive', forecast: seasonalNaive },
  drift: { title: 'Drift', forecast: drift },
  mean: { title: 'Mean', forecast: historicalMean },
  ses: { title: 'Exponential smoothing', forecast: ses },
  'seasonal-ses': { title: 'Exponential smoothing, seasonally adjusted', forecast: seasonalSes },
  naive2: { title: 'Naive2 of the M competitions', forecast: naive2 },
  theta: { title: 'Theta', forecast: theta },
} as const satisfies Record<string, BaselineRow>

export type BaselineName = keyof typeof baselines
export const baselineNames = Object.keys(baselines) as BaselineName[]
