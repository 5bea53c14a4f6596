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
  const residuals = new Float64Array(history.length)
  const errorOf = (alpha: number) => walk(history, alpha, residuals).squaredError
  const alpha = leastBetween(errorOf, smallest, 1 - smallest)
  const { level, start } = walk(history, alpha, residuals)
  let share = start
  for (let t = 0; t < residuals.length; t++) {
    residuals[t] = (residuals[t] as number) - share
    share *= 1 - alpha
  }
  return { alpha, level, residuals }
}

/** What is left of the first level is nothing then, and would slow the processor down once it is subnormal. */
const nothing = 1e-200

/**
 * Begun at ℓ_0 = y_1, whose residuals a_t it writes. Those of another ℓ_0 = y_1 + δ are linear in it, e_t = a_t − q_t δ,
 * q_t = (1 − α)^t: the best δ is a least-squares solution, Σ a q / Σ q², and leaves Σ e² = Σ a² − δ Σ a q.
 */
function walk(history: Float64Array, alpha: number, residuals: Float64Array) {
  let [level, share, over, under, squares] = [history[0] as number, 1, 0, 0, 0]
  for (let t = 0; t < history.length; t++) {
    const error = (history[t] as number) - level
    residuals[t] = error
    squares += error * error
    over += error * share
    under += share * share
    level += alpha * error
    share = share < nothing ? 0 : share * (1 - alpha)
  }
  const start = over / under
  return { level: level + share * start, start, squaredError: squares - start * over }
}
