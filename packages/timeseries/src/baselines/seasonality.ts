/** Seasonal adjustment as the M4 competition's benchmarks do it (Makridakis et al. 2020, appendix A). */
import { autocorrelations } from '../statistics/autocorrelation.js'
import { mean } from '../statistics/mean.js'

export interface Adjusted {
  /** The history without its season, `[T]`. */
  adjusted: Float64Array
  /** What to multiply the forecast of step h = 1, 2, … by. */
  factor(h: number): number
}

/** Multiplicative, where the history is seasonal by a test at 90 % and positive; else left as it is. */
export function adjustSeason(history: Float64Array, period: number): Adjusted {
  const T = history.length
  if (period < 2 || !isSeasonal(history, period) || history.some((value) => value <= 0))
    return { adjusted: history, factor: () => 1 }
  const figure = seasonalFigure(history, period)
  return {
    adjusted: history.map((value, t) => value / (figure[t % period] as number)),
    factor: (h) => figure[(T + h - 1) % period] as number,
  }
}

/** |r_m| > 1.645 √((1 + 2 Σ_{i<m} r_i²) / T), r the autocorrelations; at least three seasons are needed. */
function isSeasonal(history: Float64Array, period: number): boolean {
  const T = history.length
  if (T < 3 * period) return false
  const correlations = autocorrelations(history, period)
  const limit = correlations.slice(0, -1).reduce((sum, r) => sum + 2 * r ** 2, 1)
  return Math.abs(correlations[period - 1] as number) > 1.645 * Math.sqrt(limit / T)
}

/** Classical decomposition: the mean ratio to a centred moving average for each place in a season, scaled to mean 1. */
function seasonalFigure(history: Float64Array, period: number): Float64Array {
  const [sums, counts] = [new Float64Array(period), new Float64Array(period)]
  const reach = Math.floor(period / 2)
  for (let t = reach; t < history.length - reach; t++) {
    let average = 0
    for (let k = -reach; k <= reach; k++) {
      const weight = period % 2 === 0 && Math.abs(k) === reach ? 0.5 : 1
      average += (weight * (history[t + k] as number)) / period
    }
    const place = t % period
    sums[place] = (sums[place] as number) + (history[t] as number) / average
    counts[place] = (counts[place] as number) + 1
  }
  const figure = sums.map((sum, place) => sum / (counts[place] as number))
  const level = mean(figure)
  return figure.map((value) => value / level)
}
