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
  /** Past covariates, then future ones, the features of times last, `[T, P + F]`. */
  covariates: Float32Array
  /** `[S]` */
  statics: Float32Array
}

export interface Scales {
  target: ChannelScales
  covariates: ChannelScales
}

export interface SeriesParts {
  scales: Scales
  /** As numbers, `[S]`. */
  statics: Float32Array
  /** What follows from times alone, each `[T, k]`. */
  features: readonly Float64Array[]
}

export function prepareSeries(
  series: TimeSeries,
  { target, past, future }: ChannelRoles,
  { scales, statics, features }: SeriesParts,
): PreparedSeries {
  const covariates = scaledColumns(series, [...past, ...future], scales.covariates).values
  const targets = scaledColumns(series, target, scales.target)
  return {
    length: series.length,
    target: targets.values,
    observed: targets.observed,
    covariates: features.length === 0 ? covariates : sideBySide([covariates, ...features], series.length),
    statics,
  }
}

/** Tables of as many rows, `[T, k]` each, as one. */
function sideBySide(tables: readonly (Float32Array | Float64Array)[], rows: number): Float32Array {
  const width = tables.reduce((sum, { length }) => sum + length / rows, 0)
  const values = new Float32Array(rows * width)
  let first = 0
  for (const table of tables) {
    const columns = table.length / rows
    for (let at = 0; at < table.length; at++)
      values[Math.floor(at / columns) * width + first + (at % columns)] = table[at] as number
    first += columns
  }
  return values
}
