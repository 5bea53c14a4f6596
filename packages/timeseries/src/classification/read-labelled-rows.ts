/** Labelled series from wide tables, a row each: the layout of the UCR archive (Dau et al. 2019). */
import { DataError, requireKnownOptions } from '@attentive/core'
import { type CellReader, cellReader, missingTexts } from '../series/cells.js'
import { rowValues } from '../series/records.js'
import { openTable, type TableRow } from '../series/table-reader.js'
import { TimeSeries } from '../series/time-series.js'
import type { LabelledSeries } from './labelled.js'

export interface LabelledRowsOptions {
  /**
   * Column of the label: its name, or its place from 0, counted from the end where negative. All others are steps.
   * Default 0, the first.
   */
  label?: string | number
  /** Whether the first row has names. Default: it does where none of its steps is a number, or the label has a name. */
  header?: boolean
  /** Default: `,`, `;`, tab or `|`, whichever the first row has most of; spaces where it has none. */
  delimiter?: string
  /** Default `.`. */
  decimal?: '.' | ','
  /** Cells that stand for a missing value. Default: empty, NA, N/A, NaN, null, None, ?, -. */
  missing?: readonly string[]
}

const knownOptions = { label: true, header: true, delimiter: true, decimal: true, missing: true } as const

/**
 * Labelled series of one channel, `value`, from a table with one series a row: CSV, TSV or spaces, plain or gzip. Missing
 * cells at the end are no steps: that is how rows of other lengths are filled up. A label `1.0e+00` is `1`.
 * @returns named `row 1`, `row 2`, …
 * @throws DataError naming the line when a cell is no number, or the label is missing.
 */
export async function readLabelledRows(
  file: string,
  options: LabelledRowsOptions = {},
): Promise<LabelledSeries[]> {
  requireKnownOptions(options, knownOptions)
  const { label = 0, header, delimiter, decimal = '.', missing = missingTexts } = options
  const read = cellReader({ decimal, missing: new Set(missing) })
  const table = await openTable(file, {
    delimiter,
    spaces: true,
    hasHeader: (cells) => header ?? (typeof label === 'string' || !hasSteps(cells, label, read)),
  })
  const place = placeOf(label, table.names, file)
  const labelled: LabelledSeries[] = []
  for await (const row of table.rows) {
    const name = `row ${labelled.length + 1}`
    const cells = row.cells.filter((_, at) => at !== place)
    const cellNamed = (at: number) => `${file}, line ${row.line}, cell ${at < place ? at + 1 : at + 2}`
    const values = rowValues(cells, read, cellNamed)
    labelled.push({ series: new TimeSeries({ values, name }), label: labelOf(row, place, { file, missing }) })
  }
  if (labelled.length > 0) return labelled
  throw new DataError({ argument: file, expected: 'a series in each row', received: 'none' })
}

function hasSteps(cells: readonly string[], label: number, read: CellReader): boolean {
  const place = label < 0 ? cells.length + label : label
  return cells.some((cell, at) => at !== place && read(cell) !== null)
}

function placeOf(label: string | number, names: readonly string[], file: string): number {
  const place = typeof label === 'string' ? names.indexOf(label) : label < 0 ? names.length + label : label
  if (Number.isInteger(place) && place >= 0 && place < names.length) return place
  throw new DataError({
    argument: file,
    expected: `a column ${JSON.stringify(label)} with labels`,
    received: `${names.length} columns${typeof label === 'string' ? `: ${names.slice(0, 10).join(', ')} …` : ''}`,
  })
}

function labelOf(
  { line, cells }: TableRow,
  place: number,
  { file, missing }: { file: string; missing: readonly string[] },
): string {
  const text = String(cells[place] ?? '').trim()
  if (missing.includes(text))
    throw new DataError({
      argument: `${file}, line ${line}, cell ${place + 1}`,
      expected: 'a label',
      received: JSON.stringify(text),
      hint: 'Cells that stand for a missing value can be named by `missing`.',
    })
  return /^[+-]?\d+\.?\d*(e[+-]?\d+)?$/i.test(text) && /[.e]/i.test(text) ? String(Number(text)) : text
}
