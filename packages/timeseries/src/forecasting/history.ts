import type { TimeSeries } from '../series/index.js'
import type { Forecaster } from './forecaster.js'

type Reaching = Pick<Forecaster, 'lookback' | 'reach'>

/** Rows before the first step that a forecaster makes use of; null: all. */
export function reachOf({ lookback, reach = lookback }: Reaching): number | null {
  return reach
}

/** Where what a forecaster is shown of a series begins, to forecast its row. */
export function firstRowSeen(row: number, forecaster: Reaching): number {
  const reach = reachOf(forecaster)
  return reach === null ? 0 : Math.max(0, row - reach)
}

/** What a forecaster is shown of a series to forecast its row: the last rows before it that it makes use of, or all. */
export function historyBefore(series: TimeSeries, row: number, forecaster: Reaching): TimeSeries {
  return series.slice(firstRowSeen(row, forecaster), row)
}
