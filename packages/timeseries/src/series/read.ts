/** Series from files: CSV and JSONL, wide or long, plain or gzip, streamed. */
import { DataError, requireKnownOptions } from '@attentive/core'
import { type CellReader, cellReader, detectDecimal, missingTexts } from './cells.js'
import { nearestName } from './nearest-name.js'
import type { BuildOptions, PanelOptions, ReadOptions } from './read-options.js'
import { SeriesBuilder } from './series-builder.js'
import { openTable, type Table, type TableRow } from './table-reader.js'
import type { Statics, TimeSeries } from './time-series.js'
import { type TimeReader, timeReader } from './time-text.js'

const readOptions = {
  time: true,
  channels: true,
  frequency: true,
  timeZone: true,
  dateFormat: true,
  delimiter: true,
  decimal: true,
  missing: true,
  order: true,
  duplicates: true,
  gaps: true,
  resample: true,
  onProgress: true,
} as const

/**
 * One series from a file with a header.
 * @example
 * const load = await readSeries('load.csv', { time: 'date', channels: ['OT'], timeZone: 'Europe/Berlin' })
 * @throws DataError naming file, line and column when something is wrong; with the first gap when steps are not regular.
 */
export async function readSeries(file: string, options: ReadOptions = {}): Promise<TimeSeries> {
  requireKnownOptions(options, readOptions)
  const [series] = await readTable(file, options)
  return series as TimeSeries
}

/**
 * Many series from a long file, a row for each series and time.
 * @returns in the order in which they first appear.
 */
export async function readPanel(file: string, options: PanelOptions): Promise<TimeSeries[]> {
  requireKnownOptions(options, { ...readOptions, series: true, statics: true })
  return readTable(file, options)
}

async function readTable(file: string, options: ReadOptions & Partial<PanelOptions>): Promise<TimeSeries[]> {
  const table = await openTable(file, options)
  return seriesFromTable(table, file, options)
}

/** Rows that are looked at to find out which columns hold numbers, and how they are written. */
const sampleSize = 100
const progressMilliseconds = 100

export async function seriesFromTable(
  table: Table,
  source: string,
  options: ReadOptions & Partial<PanelOptions>,
): Promise<TimeSeries[]> {
  const { sample, rows } = await withSample(table)
  if (sample.length === 0)
    throw new DataError({ argument: source, expected: 'rows below the header', received: 'none' })
  const layout = layoutOf(table, sample, source, options)
  const builders = new Map<string, SeriesBuilder>()
  const buffer = new Float64Array(layout.channels.length)
  let [count, told] = [0, performance.now()]
  for await (const row of rows) {
    const name = layout.nameOf(row)
    let builder = builders.get(name)
    if (!builder) {
      const names = layout.channels.map(({ name }) => name)
      builder = new SeriesBuilder(names, layout.build, name, layout.staticsOf(row))
      builders.set(name, builder)
    }
    for (const [c, { place, read }] of layout.channels.entries()) buffer[c] = read(row, place)
    builder.add(row.line, layout.timeOf(row), buffer)
    count++
    if (options.onProgress && performance.now() - told > progressMilliseconds) {
      options.onProgress(count)
      told = performance.now()
    }
  }
  options.onProgress?.(count)
  return [...builders.values()].map((builder) => builder.build())
}

/** The first rows, and all of them. */
async function withSample({ rows }: Table): Promise<{ sample: TableRow[]; rows: AsyncIterable<TableRow> }> {
  const iterator = rows[Symbol.asyncIterator]()
  const sample: TableRow[] = []
  while (sample.length < sampleSize) {
    const next = await iterator.next()
    if (next.done) break
    sample.push(next.value)
  }
  async function* all(): AsyncGenerator<TableRow> {
    yield* sample
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  return { sample, rows: all() }
}

interface Layout {
  channels: { name: string; place: number; read(row: TableRow, place: number): number }[]
  timeOf(row: TableRow): number
  nameOf(row: TableRow): string
  staticsOf(row: TableRow): Statics
  build: BuildOptions
}

function layoutOf(
  table: Table,
  sample: readonly TableRow[],
  source: string,
  options: ReadOptions & Partial<PanelOptions>,
): Layout {
  const { names } = table
  const place = (name: string) => placeOf(name, names, source)
  const timeColumns = options.time === undefined ? [] : [options.time].flat()
  const statics = options.statics ?? []
  const decimal =
    options.decimal ?? (table.delimiter === ',' ? '.' : detectDecimal(sample.map(({ cells }) => cells)))
  const number = cellReader({ decimal, missing: new Set(options.missing ?? missingTexts) })
  const others = new Set([
    ...timeColumns,
    ...statics,
    ...(options.series === undefined ? [] : [options.series]),
  ])
  const channels = options.channels ?? numericColumns(names, sample, { number, others, source })
  const read = (row: TableRow, at: number) =>
    requireNumber(number(row.cells[at] ?? null), { row, at, names, source })
  const seriesPlace = options.series === undefined ? null : place(options.series)
  const staticPlaces = statics.map((name) => [name, place(name)] as const)
  return {
    channels: channels.map((name) => ({ name, place: place(name), read })),
    timeOf: timeOf(timeColumns.map(place), source, options),
    nameOf: (row) => (seriesPlace === null ? '' : table.textOf(row.cells[seriesPlace])),
    staticsOf: (row) =>
      Object.fromEntries(
        staticPlaces.map(([name, at]) => [name, staticValue(row.cells[at] ?? null, number, table)]),
      ),
    build: {
      source,
      timeZone: options.timeZone ?? 'UTC',
      frequency: options.frequency,
      order: options.order ?? 'error',
      duplicates: options.duplicates ?? 'error',
      gaps: options.gaps ?? 'error',
      resample: options.resample,
    },
  }
}

function placeOf(name: string, names: readonly string[], source: string): number {
  const place = names.indexOf(name)
  if (place >= 0) return place
  const near = nearestName(name, names)
  throw new DataError({
    argument: source,
    expected: `a column ${JSON.stringify(name)}`,
    received: names.map((other) => JSON.stringify(other)).join(', '),
    ...(near === null ? {} : { hint: `Did you mean "${near}"?` }),
  })
}

function numericColumns(
  names: readonly string[],
  sample: readonly TableRow[],
  { number, others, source }: { number: CellReader; others: ReadonlySet<string>; source: string },
): string[] {
  const found = names.filter((name, at) => {
    if (others.has(name)) return false
    const values = sample.map(({ cells }) => number(cells[at] ?? null))
    return values.every((value) => value !== null) && !values.every((value) => Number.isNaN(value))
  })
  if (found.length > 0) return found
  throw new DataError({
    argument: source,
    expected: 'at least one column of numbers',
    received: names.map((name) => JSON.stringify(name)).join(', '),
    hint: 'Name the columns by `channels`, to be told which cell is none.',
  })
}

interface Place {
  row: TableRow
  at: number
  names: readonly string[]
  source: string
}

function requireNumber(value: number | null, { row, at, names, source }: Place): number {
  if (value !== null && (Number.isFinite(value) || Number.isNaN(value))) return value
  throw new DataError({
    argument: `${source}, line ${row.line}, column ${JSON.stringify(names[at])}`,
    expected: 'a number',
    received: JSON.stringify(row.cells[at]),
    hint: 'Cells that stand for a missing value can be named by `missing`.',
  })
}

function timeOf(
  places: readonly number[],
  source: string,
  { timeZone = 'UTC', dateFormat }: ReadOptions,
): (row: TableRow) => number {
  const [first] = places
  if (first === undefined) return () => Number.NaN
  const read: TimeReader = timeReader({ timeZone, ...(dateFormat === undefined ? {} : { dateFormat }) })
  return (row) => {
    const cells = places.map((place) => row.cells[place] ?? '')
    const text = places.length === 1 ? cells[0] : joined(cells)
    const time = typeof text === 'number' && dateFormat === undefined ? text : read(String(text))
    if (time !== null && Number.isFinite(time)) return time
    throw new DataError({
      argument: `${source}, line ${row.line}`,
      expected: dateFormat === undefined ? 'a time, year first' : `a time like ${dateFormat}`,
      received: JSON.stringify(text),
      hint: /^\d{9,}(\.\d+)?$/.test(String(text))
        ? 'Should it count from 1970, say so by `dateFormat`: "x" for milliseconds, "X" for seconds.'
        : 'Say how times are written by `dateFormat`, such as "DD.MM.YYYY HH:mm".',
    })
  }
}

/** Year, month, day, hour, minute, second, as many as there are, as one text. */
function joined(cells: readonly (string | number)[]): string {
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = cells
  const two = (cell: string | number) => String(cell).trim().padStart(2, '0')
  return `${String(year).trim()}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`
}

function staticValue(cell: string | number | null, number: CellReader, { textOf }: Table): number | string {
  const value = number(cell)
  return value === null || Number.isNaN(value) ? textOf(cell) : value
}
