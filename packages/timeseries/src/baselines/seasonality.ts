/** Seasonal adjustment as the M4 competition's benchmarks do it (Makridakis et al. 2020, appendix A). */

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
  const level = history.reduce((sum, value) => sum + value, 0) / T
  const centred = history.map((value) => value - level)
  const variance = centred.reduce((sum, x) => sum + x * x, 0)
  if (variance === 0) return false
  const autocorrelation = (lag: number) => {
    let sum = 0
    for (let t = lag; t < T; t++) sum += (centred[t] as number) * (centred[t - lag] as number)
    return sum / variance
  }
  let limit = 1
  for (let i = 1; i < period; i++) limit += 2 * autocorrelation(i) ** 2
  return Math.abs(autocorrelation(period)) > 1.645 * Math.sqrt(limit / T)
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
  const level = figure.reduce((sum, value) => sum + value, 0) / period
  return figure.map((value) => value / level)
}
