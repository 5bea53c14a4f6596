/**
 * Simple exponential smoothing: level ℓ_t = ℓ_{t−1} + α (y_t − ℓ_{t−1}), ŷ_{T+h} = ℓ_T, σ_h = σ √(1 + (h − 1) α²)
 * (Hyndman & Athanasopoulos 2021, sections 8.1 and 8.7).
 */
import { leastBetween } from '../statistics/golden-section.js'
import { type ChannelForecast, overHorizon, residualDeviation } from './history.js'

export interface Smoothed {
  alpha: number
  /** ℓ_T */
  level: number
  /** One step ahead, `[T]`. */
  residuals: Float64Array
}

export function ses(history: Float64Array, horizon: number): ChannelForecast {
  const { alpha, level, residuals } = smooth(history)
  const sigma = residualDeviation(residuals, 2)
  return {
    mean: overHorizon(horizon, () => level),
    standardDeviation: overHorizon(horizon, (h) => sigma * Math.sqrt(1 + (h - 1) * alpha * alpha)),
  }
}

const smallest = 1e-4

/** α and ℓ_0 with the least squared error: ℓ_0 solved for, α by golden section. */
export function smooth(history: Float64Array): Smoothed {
  const alpha = leastBetween((alpha) => squaredError(history, alpha), smallest, 1 - smallest)
  return smoothWith(history, alpha)
}

function squaredError(history: Float64Array, alpha: number): number {
  return smoothWith(history, alpha).residuals.reduce((sum, e) => sum + e * e, 0)
}

/** Residuals are linear in ℓ_0, e_t = a_t − (1 − α)^t ℓ_0: the best one is a least-squares solution. */
function smoothWith(history: Float64Array, alpha: number): Smoothed {
  let [level, share, over, under] = [0, 1, 0, 0]
  const residuals = history.map((value) => {
    const error = value - level
    over += error * share
    under += share * share
    level += alpha * error
    share *= 1 - alpha
    return error
  })
  let factor = over / under
  for (let t = 0; t < residuals.length; t++) {
    residuals[t] = (residuals[t] as number) - factor
    factor *= 1 - alpha
  }
  return { alpha, level: level + factor, residuals }
}
