/** Errors in units of a simple forecast's error. */
import { requireCounts } from '../checks.js'
import { mae } from './point.js'

/**
 * Mean absolute error of the seasonal naive forecast within the history, Σ |y_t − y_{t−m}| / (T − m): the scale of MASE.
 * NaN when the history is not longer than a period.
 */
export function seasonalScale(history: ArrayLike<number>, period: number): number {
  requireCounts({ period })
  let [sum, count] = [0, 0]
  for (let t = period; t < history.length; t++) {
    const difference = Math.abs((history[t] as number) - (history[t - period] as number))
    if (Number.isNaN(difference)) continue
    sum += difference
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

export interface MaseOptions {
  /** What was known when the forecast was made. */
  history: ArrayLike<number>
  /** m, steps of a season; 1 for none. */
  period: number
}

/**
 * Mean absolute scaled error, MAE / seasonalScale (Hyndman & Koehler 2006, "Another look at measures of forecast
 * accuracy"): below 1 where the forecast is better than the seasonal naive one was in the history. NaN where the history
 * is constant or too short, as there is no scale then.
 */
export function mase(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  { history, period }: MaseOptions,
): number {
  const scale = seasonalScale(history, period)
  return scale === 0 ? Number.NaN : mae(actual, forecast) / scale
}

export interface AverageScores {
  smape: number
  mase: number
}

/**
 * Overall weighted average of the M4 competition: the mean of sMAPE and MASE, each averaged over all series and divided
 * by Naive2's (Makridakis et al. 2020, section 2.3.1). 1 is as good as Naive2.
 */
export function owa(model: AverageScores, naive2: AverageScores): number {
  return (model.smape / naive2.smape + model.mase / naive2.mase) / 2
}
