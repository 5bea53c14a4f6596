import { DataError } from '@attentive/core'
import { nearestName } from './nearest-name.js'
import { argumentNamed, type TimeSeries } from './time-series.js'

/** @throws DataError when one of the channels is missing. */
export function requireChannels(series: TimeSeries, channels: readonly string[], argument: string): void {
  const missing = channels.find((name) => !series.channels.includes(name))
  if (missing === undefined) return
  const near = nearestName(missing, series.channels)
  throw new DataError({
    argument: argumentNamed(argument, series.name),
    expected: `a channel ${JSON.stringify(missing)}`,
    received: series.channels.map((name) => JSON.stringify(name)).join(', '),
    ...(near === null ? {} : { hint: `Did you mean "${near}"?` }),
  })
}
