/** Series into files. */
import { InvalidArgumentError } from '@attentive/core'
import { listOf } from './lists.js'
import { type Cell, requireDistinct } from './table-cells.js'
import type { TimeSeries } from './time-series.js'
import { writeTable } from './write-table.js'

/**
 * A file with a column `time` (none where steps are merely counted), one for each channel, and for a list of series one
 * with their names, `series`, and one for each static feature: JSONL where it ends in `.jsonl`, else CSV. `readSeries` and
 * `readPanel` read it again as it was, but for this: in CSV, CRLF in names becomes LF; in JSONL, channels whose names are
 * whole numbers come first where `channels` does not name them.
 * @throws InvalidArgumentError when names collide, or series are of different time zones.
 * @throws StorageError when it cannot be written.
 */
export async function writeSeries(file: string, series: TimeSeries | readonly TimeSeries[]): Promise<void> {
  const list = listOf(series)
  const isPanel = list === series
  const columns = {
    isPanel,
    isTimed: list.some(({ index }) => !index.isCounted),
    channels: [...new Set(list.flatMap(({ channels }) => channels))],
    statics: isPanel ? [...new Set(list.flatMap(({ statics }) => Object.keys(statics)))] : [],
  }
  requireDistinct(
    list.map(({ name }) => name),
    'a series',
  )
  requireOneZone(list)
  const names = [
    ...(isPanel ? ['series'] : []),
    ...(columns.isTimed ? ['time'] : []),
    ...columns.channels,
    ...columns.statics,
  ]
  await writeTable(file, names, rowsOf(list, columns))
}

interface Columns {
  isPanel: boolean
  isTimed: boolean
  channels: readonly string[]
  statics: readonly string[]
}

function* rowsOf(
  list: readonly TimeSeries[],
  { isPanel, isTimed, channels, statics }: Columns,
): Generator<Cell[]> {
  for (const one of list) {
    const places = channels.map((channel) => one.channels.indexOf(channel))
    const features = statics.map((name) => one.statics[name] ?? null)
    for (let t = 0; t < one.length; t++)
      yield [
        ...(isPanel ? [one.name] : []),
        ...(isTimed ? [one.index.at(t)] : []),
        ...places.map((place) =>
          place < 0 ? null : (one.values[t * one.channels.length + place] as number),
        ),
        ...features,
      ]
  }
}

/** A file is read in one zone. */
function requireOneZone(list: readonly TimeSeries[]): void {
  const zones = new Set(list.filter(({ index }) => !index.isCounted).map(({ index }) => index.timeZone))
  if (zones.size > 1)
    throw new InvalidArgumentError({
      argument: 'series',
      expected: 'series of one time zone',
      received: [...zones].join(', '),
      hint: 'Write a file for each zone.',
    })
}
