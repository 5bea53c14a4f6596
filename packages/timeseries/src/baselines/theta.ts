/** Methods of the M competitions on a seasonally adjusted history. */
import { mean } from '../statistics/mean.js'
import { ses, smooth } from './exponential-smoothing.js'
import { type ChannelForecast, overHorizon, residualDeviation } from './history.js'
import { adjustSeason } from './seasonality.js'
import { naive } from './simple.js'

/** Naive2: the last seasonally adjusted value, with its season (Makridakis et al. 2020, appendix A). */
export function naive2(history: Float64Array, horizon: number, period: number): ChannelForecast {
  return seasonallyAdjusted(naive, history, horizon, period)
}

/** Simple exponential smoothing of the seasonally adjusted history, with its season (as the competition's SES). */
export function seasonalSes(history: Float64Array, horizon: number, period: number): ChannelForecast {
  return seasonallyAdjusted(ses, history, horizon, period)
}

/**
 * Theta (Assimakopoulos & Nikolopoulos 2000, "The theta model"): the mean of the regression line (θ = 0) and of simple
 * exponential smoothing of the series with twice its curvature (θ = 2), on the seasonally adjusted history.
 */
export function theta(history: Float64Array, horizon: number, period: number): ChannelForecast {
  return seasonallyAdjusted(thetaLines, history, horizon, period)
}

function thetaLines(history: Float64Array, horizon: number): ChannelForecast {
  const T = history.length
  const { intercept, slope } = regressionLine(history)
  const curved = history.map((value, t) => 2 * value - (intercept + slope * t))
  const { alpha, level, residuals } = smooth(curved)
  // Of the mean of a line and of the smoothed series, whose residuals count half.
  const sigma = residualDeviation(
    residuals.map((e) => e / 2),
    2,
  )
  return {
    mean: overHorizon(horizon, (h) => (level + intercept + slope * (T - 1 + h)) / 2),
    standardDeviation: overHorizon(horizon, (h) => sigma * Math.sqrt(1 + (h - 1) * alpha * alpha)),
  }
}

function regressionLine(history: Float64Array): { intercept: number; slope: number } {
  const T = history.length
  const middle = (T - 1) / 2
  const level = mean(history)
  const spread = (T * (T * T - 1)) / 12
  const slope =
    spread === 0 ? 0 : history.reduce((sum, value, t) => sum + (t - middle) * (value - level), 0) / spread
  return { intercept: level - slope * middle, slope }
}

function seasonallyAdjusted(
  forecast: (history: Float64Array, horizon: number) => ChannelForecast,
  history: Float64Array,
  horizon: number,
  period: number,
): ChannelForecast {
  const { adjusted, factor } = adjustSeason(history, period)
  const { mean, standardDeviation } = forecast(adjusted, horizon)
  return {
    mean: mean.map((value, i) => value * factor(i + 1)),
    standardDeviation: standardDeviation.map((value, i) => value * factor(i + 1)),
  }
}
