/**
 * Simple exponential smoothing: level ℓ_t = ℓ_{t−1} + α (y_t − ℓ_{t−1}), ŷ_{T+h} = ℓ_T, σ_h = σ √(1 + (h − 1) α²)
 * (Hyndman & Athanasopoulos 2021, sections 8.1 and 8.7).
 */
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
const steps = 60

/** α and ℓ_0 with the least squared error: ℓ_0 solved for, α by golden section (Kiefer 1953). */
export function smooth(history: Float64Array): Smoothed {
  const golden = (Math.sqrt(5) - 1) / 2
  let [low, high] = [smallest, 1 - smallest]
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)]
  let [errorLeft, errorRight] = [squaredError(history, left), squaredError(history, right)]
  for (let i = 0; i < steps; i++) {
    if (errorLeft <= errorRight) {
      ;[high, right, errorRight] = [right, left, errorLeft]
      left = high - golden * (high - low)
      errorLeft = squaredError(history, left)
    } else {
      ;[low, left, errorLeft] = [left, right, errorRight]
      right = low + golden * (high - low)
      errorRight = squaredError(history, right)
    }
  }
  return smoothWith(history, (low + high) / 2)
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
