/** Series and other tables into CSV files that spreadsheets can open without harm. */
import { writeFileAtomically } from '@attentive/core'
import { stringify } from 'csv-stringify/sync'
import type { TimeSeries } from './time-series.js'

export type Cell = string | number | null

/**
 * CSV (RFC 4180) with a header. Texts that a spreadsheet would take for a formula, beginning with `=`, `+`, `-`, `@`, a
 * tab or a carriage return, get an apostrophe in front (OWASP, "CSV injection"); numbers stay as they are. NaN and null
 * are empty cells.
 * @param rows of as many cells as there are names.
 */
export function csvText(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return stringify([names, ...rows] as Cell[][], {
    escape_formulas: true,
    cast: {
      number: (value) => ({ value: Number.isNaN(value) ? '' : String(value), escape_formulas: false }),
    },
  })
}

/**
 * A file with a column `time`, one for each channel, and for several series one with their names, `series`. `readSeries`
 * and `readPanel` read it again.
 * @throws StorageError when it cannot be written.
 */
export async function writeSeries(file: string, series: TimeSeries | readonly TimeSeries[]): Promise<void> {
  const list = Array.isArray(series) ? (series as readonly TimeSeries[]) : [series as TimeSeries]
  const channels = [...new Set(list.flatMap((one) => one.channels))]
  const isPanel = Array.isArray(series)
  const rows = list.flatMap((one) => rowsOf(one, channels, isPanel))
  await writeFileAtomically(file, csvText([...(isPanel ? ['series'] : []), 'time', ...channels], rows))
}

function rowsOf(
  { name, index, channels, values }: TimeSeries,
  all: readonly string[],
  isPanel: boolean,
): Cell[][] {
  const places = all.map((channel) => channels.indexOf(channel))
  return Array.from({ length: index.length }, (_, t) => [
    ...(isPanel ? [name] : []),
    index.at(t),
    ...places.map((place) => (place < 0 ? null : (values[t * channels.length + place] as number))),
  ])
}
