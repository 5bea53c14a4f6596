/**
 * The simple methods of Hyndman & Athanasopoulos (2021), "Forecasting: principles and practice", section 5.2, with the
 * standard deviations of section 5.5. σ: standard deviation of the residuals one step ahead.
 */
import { mean } from '../statistics/mean.js'
import { type ChannelForecast, overHorizon, residualDeviation } from './history.js'

/** The last value again: ŷ_{T+h} = y_T, σ_h = σ √h. */
export function naive(history: Float64Array, horizon: number): ChannelForecast {
  return seasonalNaive(history, horizon, 1)
}

/**
 * The value one season ago: ŷ_{T+h} = y_{T+h−m k}, with the smallest k that is known; σ_h = σ √k. A history shorter than
 * a season has its last value again.
 */
export function seasonalNaive(history: Float64Array, horizon: number, period: number): ChannelForecast {
  const T = history.length
  const m = T < period ? 1 : period
  const sigma = residualDeviation(differences(history, m))
  const seasons = (h: number) => Math.floor((h - 1) / m) + 1
  return {
    mean: overHorizon(horizon, (h) => history[T + h - 1 - m * seasons(h)] as number),
    standardDeviation: overHorizon(horizon, (h) => sigma * Math.sqrt(seasons(h))),
  }
}

/** The line through the first and last value: ŷ_{T+h} = y_T + h b, b = (y_T − y_1) / (T − 1); σ_h = σ √(h (1 + h / (T − 1))). */
export function drift(history: Float64Array, horizon: number): ChannelForecast {
  const T = history.length
  const last = history[T - 1] as number
  const slope = T > 1 ? (last - (history[0] as number)) / (T - 1) : 0
  const sigma = residualDeviation(
    differences(history, 1).map((e) => e - slope),
    1,
  )
  return {
    mean: overHorizon(horizon, (h) => last + h * slope),
    standardDeviation: overHorizon(horizon, (h) => sigma * Math.sqrt(h * (1 + h / Math.max(1, T - 1)))),
  }
}

/** The mean of the history, σ_h = σ √(1 + 1 / T). */
export function historicalMean(history: Float64Array, horizon: number): ChannelForecast {
  const T = history.length
  const level = mean(history)
  const sigma = residualDeviation(
    history.map((value) => value - level),
    1,
  )
  return {
    mean: overHorizon(horizon, () => level),
    standardDeviation: overHorizon(horizon, () => sigma * Math.sqrt(1 + 1 / T)),
  }
}

/** y_t − y_{t−m} */
function differences(history: Float64Array, m: number): Float64Array {
  return history.subarray(m).map((value, i) => value - (history[i] as number))
}
