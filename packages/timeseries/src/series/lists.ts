import type { TimeSeries } from './time-series.js'

export function isList(series: TimeSeries | readonly TimeSeries[]): series is readonly TimeSeries[] {
  return Array.isArray(series)
}

export function listOf(series: TimeSeries | readonly TimeSeries[]): readonly TimeSeries[] {
  return isList(series) ? series : [series]
}
