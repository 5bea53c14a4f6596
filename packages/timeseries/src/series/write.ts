/** Series and other tables into CSV files that spreadsheets can open without harm. */
import { InvalidArgumentError, writeFileAtomically } from '@attentive/core'
import { stringify } from 'csv-stringify/sync'
import { guarded } from './formula-guard.js'
import { listOf } from './lists.js'
import type { TimeSeries } from './time-series.js'

export type Cell = string | number | null

/** Rows that become text together. */
const blockSize = 10_000

/**
 * CSV (RFC 4180) with a header. Texts that a spreadsheet would take for a formula, beginning with `=`, `+`, `-`, `@`, a
 * tab or a line end, get an apostrophe in front (OWASP, "CSV injection"), which is taken away when they are read again;
 * numbers stay as they are. NaN and null are empty cells.
 * @param rows of as many cells as there are names.
 * @throws InvalidArgumentError when a name is there twice, or a text is one that files cannot hold.
 */
export function csvText(names: readonly string[], rows: Iterable<readonly Cell[]>): string {
  requireDistinct(names, 'a column')
  const blocks: string[] = []
  let block: (readonly Cell[])[] = [names]
  const isSingle = names.length === 1
  for (const row of rows) {
    block.push(row)
    if (block.length < blockSize) continue
    blocks.push(blockText(block, isSingle))
    block = []
  }
  return [...blocks, blockText(block, isSingle)].join('')
}

/** @param isSingle whether there is one column, in which an empty cell is not to become a blank line. */
function blockText(rows: readonly (readonly Cell[])[], isSingle: boolean): string {
  return stringify(
    rows.map((row) => row.map(cellText)),
    {
      quoted_empty: isSingle,
      // What readers would trim, or take for another delimiter or for JSON.
      quoted_match: /^\s|\s$|^\{|[;\t|\r\n]/,
    },
  )
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  return typeof cell === 'number' ? numberText(cell) : guarded(requireWritable(cell))
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return ''
  return Object.is(value, -0) ? '-0' : String(value)
}

function requireWritable(text: string): string {
  if (!/\0|\p{Surrogate}/u.test(text)) return text
  throw new InvalidArgumentError({
    argument: 'series',
    expected: 'names and texts in Unicode, without NUL',
    received: JSON.stringify(text),
  })
}

function requireDistinct(names: readonly string[], what: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new InvalidArgumentError({
      argument: 'series',
      expected: `every name of ${what} once`,
      received: `${JSON.stringify(twice)} twice`,
      hint: 'Rename one: series.with({ channels: […] }), or with({ name: … }).',
    })
}

/**
 * A file with a column `time` (none where steps are merely counted), one for each channel, and for a list of series one
 * with their names, `series`, and one for each static feature. `readSeries` and `readPanel` read it again as it was; of
 * names with line ends CRLF becomes LF.
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
  await writeFileAtomically(file, csvText(names, rowsOf(list, columns)))
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
