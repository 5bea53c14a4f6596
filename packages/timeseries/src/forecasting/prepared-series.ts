/** A series as networks read it: scaled, in 32 bits, in roles, without holes. */
import { scaledColumns } from '../scaling/scaled-columns.js'
import type { ChannelScales } from '../scaling/scaler.js'
import type { TimeSeries } from '../series/index.js'

/** Names of the channels by what they are for. */
export interface ChannelRoles {
  /** To be forecast. */
  target: readonly string[]
  /** Known up to now. */
  past: readonly string[]
  /** Known for the horizon, too: calendar, plans, weather forecasts. */
  future: readonly string[]
}

export interface PreparedSeries {
  /** T */
  length: number
  /** `[T, C]` */
  target: Float32Array
  /** 1 where the target was observed, `[T, C]`; null where it always was. */
  observed: Uint8Array | null
  /** Past covariates, then future ones, `[T, P + F]`. */
  covariates: Float32Array
  /** `[S]` */
  statics: Float32Array
}

export interface Scales {
  target: ChannelScales
  covariates: ChannelScales
}

/** @param statics of this series, as numbers. */
export function prepareSeries(
  series: TimeSeries,
  { target, past, future }: ChannelRoles,
  scales: Scales,
  statics: Float32Array,
): PreparedSeries {
  const targets = scaledColumns(series, target, scales.target)
  return {
    length: series.length,
    target: targets.values,
    observed: targets.observed,
    covariates: scaledColumns(series, [...past, ...future], scales.covariates).values,
    statics,
  }
}
