/** Parallel text in one file: rows of fields, or a JSON object a line. */
import { DataError, readLines } from '@attentive/core'
import type { ReadResult } from './examples.js'

/** Where the two texts of a record are: by number (from 0), by name in the header, or by a path in a JSON object. */
export interface Columns {
  source: string | number
  target: string | number
}

export interface TableOptions {
  columns: Columns
  /** Whether the first record names the columns. */
  header: boolean
  maxLength: number
  /** An empty column is a text like any other. */
  allowEmpty: boolean
}

/** A record's texts, or what is wrong with it. */
type Fields = { source: string; target: string } | { reason: string }

const toResult = (fields: Fields, file: string, line: number): ReadResult => ({ ...fields, file, line })

function selectFields(
  field: (column: string | number) => unknown,
  { columns, allowEmpty }: TableOptions,
): Fields {
  const texts: string[] = []
  for (const column of [columns.source, columns.target]) {
    const value = field(column)
    if (typeof value !== 'string') return { reason: `no text in column ${JSON.stringify(column)}` }
    if (value.trim() === '' && !allowEmpty) return { reason: `an empty column ${JSON.stringify(column)}` }
    texts.push(value)
  }
  return { source: texts[0] as string, target: texts[1] as string }
}

/** Finds fields in rows, once the header has said where. */
export class RowReader {
  private names: readonly string[] | null = null

  constructor(
    private readonly file: string,
    private readonly options: TableOptions,
  ) {}

  /** The row's result; null for the header. */
  read(row: readonly string[], line: number): ReadResult | null {
    if (this.options.header && !this.names) {
      this.setNames(row)
      return null
    }
    const place = (column: string | number) =>
      typeof column === 'number' ? column : (this.names?.indexOf(column) ?? -1)
    return toResult(
      selectFields((column) => row[place(column)], this.options),
      this.file,
      line,
    )
  }

  private setNames(row: readonly string[]): void {
    this.names = row.map((name) => name.trim())
    for (const column of [this.options.columns.source, this.options.columns.target])
      if (typeof column === 'string' && !this.names.includes(column))
        throw new DataError({
          argument: this.file,
          expected: `a column ${JSON.stringify(column)} in the header`,
          received: this.names.map((name) => JSON.stringify(name)).join(', '),
        })
  }
}

/** Rows of tab-separated fields; tabs cannot be quoted. Blank lines are passed over. */
export async function* readTsv(file: string, options: TableOptions): AsyncGenerator<ReadResult> {
  const rows = new RowReader(file, options)
  for await (const line of readLines(file, options.maxLength)) {
    if ('problem' in line) yield { file, line: line.number, reason: line.problem }
    else if (line.text.trim() !== '') {
      const result = rows.read(line.text.split('\t'), line.number)
      if (result) yield result
    }
  }
}

/** One JSON object a line. Blank lines are passed over. */
export async function* readJsonLines(file: string, options: TableOptions): AsyncGenerator<ReadResult> {
  for await (const line of readLines(file, options.maxLength)) {
    if ('problem' in line) yield { file, line: line.number, reason: line.problem }
    else if (line.text.trim() !== '') yield toResult(parseObject(line.text, options), file, line.number)
  }
}

function parseObject(text: string, options: TableOptions): Fields {
  try {
    const value: unknown = JSON.parse(text)
    return selectFields((column) => valueAt(value, String(column)), options)
  } catch (error) {
    return { reason: `not valid JSON (${(error as Error).message})` }
  }
}

/** The value at a path such as `translation.en`; own properties only. */
function valueAt(value: unknown, path: string): unknown {
  let current = value
  for (const key of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Record<string, unknown>)[key]
  }
  return current
}
