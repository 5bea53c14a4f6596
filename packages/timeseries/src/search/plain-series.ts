/** Series as data that another process can be sent. */
import { TimeIndex } from '../series/time-index.js'
import { type Statics, TimeSeries } from '../series/time-series.js'

/** The times of the rows do not matter to a training, but for features that are made of them: `start` and `frequency`. */
export interface PlainSeries {
  values: Float64Array
  channels: readonly string[]
  name: string
  statics: Statics
  index: { start: string | number; frequency: string; timeZone: string; length: number }
}

export function plainSeries({ values, channels, name, statics, index }: TimeSeries): PlainSeries {
  const start = index.isCounted ? index.milliseconds(0) : new Date(index.milliseconds(0)).toISOString()
  const { frequency, timeZone, length } = index
  return {
    // A view would be sent with all the memory that it is a view of.
    values: values.slice(),
    channels,
    name,
    statics,
    index: { start, frequency: frequency.toString(), timeZone, length },
  }
}

export function seriesOfPlain({ values, channels, name, statics, index }: PlainSeries): TimeSeries {
  return new TimeSeries({ values, channels, name, statics, index: TimeIndex.from(index) })
}
