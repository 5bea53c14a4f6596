/** Series from records and from rows that are series. */
import { DataError } from '@attentive/core'
import { cellOf, cellReader, missingTexts } from './cells.js'
import { seriesFromTable } from './read.js'
import type { PanelOptions, ReadOptions } from './read-options.js'
import { openTable, type Table } from './table-reader.js'
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
  return { names, delimiter: '', rows: all() }
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
    let length = rest.length
    while (length > 0 && Number.isNaN(read(rest[length - 1] ?? null))) length--
    const values = rest.slice(0, length).map((cell, i) => {
      const value = read(cell ?? null)
      if (value !== null) return value
      throw new DataError({
        argument: `${file}, line ${line}, cell ${i + 2}`,
        expected: 'a number',
        received: JSON.stringify(cell),
      })
    })
    series.push(new TimeSeries({ values, name: String(name) }))
  }
  return series
}
