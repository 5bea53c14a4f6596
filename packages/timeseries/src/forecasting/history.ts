import type { TimeSeries } from '../series/index.js'
import type { Forecaster } from './forecaster.js'

/** What a forecaster is shown of a series to forecast its row: the last rows before it that it makes use of, or all. */
export function historyBefore(
  series: TimeSeries,
  row: number,
  { lookback, reach = lookback }: Pick<Forecaster, 'lookback' | 'reach'>,
): TimeSeries {
  return series.slice(reach === null ? 0 : Math.max(0, row - reach), row)
}
