/** Series from records and from rows that are series. */
import { DataError } from '@attentive/core'
import { type CellReader, cellOf, cellReader, missingTexts } from './cells.js'
import { seriesFromTable } from './read.js'
import type { PanelOptions, ReadOptions } from './read-options.js'
import { openTable, plainText, type Table, type TableRow } from './table-reader.js'
import { TimeSeries } from './time-series.js'

type TableRecord = Readonly<Record<string, unknown>>

/**
 * One series from objects, one for each time.
 * @throws DataError naming the record (from 1) and the field when something is wrong.
 */
export async function seriesFromRecords(
  records: readonly TableRecord[],
  options: ReadOptions = {},
): Promise<TimeSeries> {
  const [series] = await seriesFromTable(tableOf(records), 'records', options)
  return series as TimeSeries
}

/** Many series from objects, one for each series and time. */
export function panelFromRecords(
  records: readonly TableRecord[],
  options: PanelOptions,
): Promise<TimeSeries[]> {
  return seriesFromTable(tableOf(records), 'records', options)
}

function tableOf(records: readonly TableRecord[]): Table {
  const names = Object.keys(records[0] ?? {})
  return tableOfRows(
    names,
    records.map((record) => names.map((name) => record[name])),
  )
}

/** @param rows cells in the order of the names. */
export function tableOfRows(names: readonly string[], rows: readonly (readonly unknown[])[]): Table {
  async function* all() {
    for (const [i, row] of rows.entries()) yield { line: i + 1, cells: row.map(cellOf) }
  }
  return { names, delimiter: '', rows: all(), textOf: plainText }
}

/**
 * A file with a series in each row: its name, then its values, empty cells after the last (the layout of the M4
 * competition). Steps are counted.
 * @throws DataError naming the line when a cell is no number.
 */
export async function readSeriesRows(file: string): Promise<TimeSeries[]> {
  const { rows } = await openTable(file)
  const read = cellReader({ decimal: '.', missing: new Set(missingTexts) })
  const series: TimeSeries[] = []
  for await (const { line, cells } of rows) {
    const [name, ...rest] = cells
    const values = rowValues(rest, read, (at) => `${file}, line ${line}, cell ${at + 2}`)
    series.push(new TimeSeries({ values, name: String(name) }))
  }
  return series
}

/**
 * The numbers of a row, without missing ones at the end.
 * @param where names a cell, for errors.
 * @throws DataError when a cell is no number.
 */
export function rowValues(
  cells: TableRow['cells'],
  read: CellReader,
  where: (at: number) => string,
): number[] {
  const numbers = cells.map((cell, at) => {
    const value = read(cell)
    if (value !== null) return value
    throw new DataError({ argument: where(at), expected: 'a number', received: JSON.stringify(cell) })
  })
  return numbers.slice(0, numbers.findLastIndex((value) => !Number.isNaN(value)) + 1)
}
