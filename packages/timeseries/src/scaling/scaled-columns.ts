import type { TimeSeries } from '../series/index.js'
import type { ChannelScales } from './scaler.js'

export interface ScaledColumns {
  /** `[T, C]` */
  values: Float32Array
  /** 1 where a value was there, `[T, C]`; null where it always was. */
  observed: Uint8Array | null
}

/** Some channels, scaled, with the last known value where one is missing (0, the center, before the first). */
export function scaledColumns(
  series: TimeSeries,
  names: readonly string[],
  { center, scale }: ChannelScales,
): ScaledColumns {
  const { length, channels } = series
  const width = channels.length
  const values = new Float32Array(length * names.length)
  let observed: Uint8Array | null = null
  for (const [c, name] of names.entries()) {
    const column = channels.indexOf(name)
    let last = 0
    for (let t = 0; t < length; t++) {
      const raw = series.values[t * width + column] as number
      const at = t * names.length + c
      if (Number.isNaN(raw)) {
        observed ??= new Uint8Array(values.length).fill(1)
        observed[at] = 0
      } else last = (raw - (center[c] as number)) / (scale[c] as number)
      values[at] = last
    }
  }
  return { values, observed }
}
