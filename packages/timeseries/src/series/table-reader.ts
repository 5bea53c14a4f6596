/** Rows of cells from CSV and JSONL files, plain or gzip, as they stream by. */
import { DataError, readLines } from '@attentive/core'
import { parse } from 'csv-parse/sync'
import { cellOf } from './cells.js'
import { unguarded } from './formula-guard.js'

/** A row: its line in the file, and its cells in the order of the header. */
export interface TableRow {
  line: number
  cells: readonly (string | number | null)[]
}

export interface TableOptions {
  /** Default: `,`, `;`, tab or `|`, whichever the first line has most of. */
  delimiter?: string | undefined
  /** Spaces divide cells, where the first line has nothing else. Default false. */
  spaces?: boolean
  /** Whether the first line has names, told by its cells. Default: it has; else columns are named 1, 2, … */
  hasHeader?(cells: readonly string[]): boolean
}

export interface Table {
  names: readonly string[]
  delimiter: string
  rows: AsyncIterable<TableRow>
  /** A cell as text: in CSV without the apostrophe that made it harmless; see `writeSeries`. */
  textOf(cell: string | number | null | undefined): string
}

/** A cell as it is. */
export function plainText(cell: string | number | null | undefined): string {
  return String(cell ?? '')
}

/** Longest line, or cell of many lines, in characters: the widest tables have thousands of columns. */
const maxLine = 4_000_000

/**
 * Opens a table with a header.
 * @throws DataError when the file cannot be read, is empty or no text; from `rows`, naming the line, when a row is broken.
 */
export async function openTable(file: string, options: TableOptions = {}): Promise<Table> {
  const lines = textRows(file)
  const first = await lines.next()
  if (first.done)
    throw new DataError({ argument: file, expected: 'a header and rows', received: 'an empty file' })
  if (isJson(first.value)) return openJsonLines(file, first.value, lines)
  const delimiter = options.delimiter ?? detectDelimiter(first.value.text, options.spaces)
  const cells = splitCells(first.value, { delimiter, file, isTrimmed: true }).map(unguarded)
  const isHeader = options.hasHeader?.(cells) ?? true
  const rows = csvRows(isHeader ? lines : withFirst(first.value, lines), {
    delimiter,
    file,
    width: cells.length,
  })
  return {
    names: isHeader ? cells : cells.map((_, i) => `${i + 1}`),
    delimiter,
    rows,
    textOf: (cell) => unguarded(plainText(cell)),
  }
}

type TextLine = { number: number; text: string }

function isJson({ text }: TextLine): boolean {
  return text.trimStart().startsWith('{')
}

/** Lines that are not blank; in CSV, all lines of a quoted cell as one. */
async function* textRows(file: string): AsyncGenerator<TextLine> {
  let json: boolean | null = null
  let open: TextLine | null = null
  for await (const line of textLines(file)) {
    if (!open && line.text.trim() === '') continue
    json ??= isJson(line)
    const row: TextLine = open ? { ...open, text: `${open.text}\n${line.text}` } : line
    const isOpen: boolean = !json && (open !== null) !== hasOddQuotes(line.text)
    if (isOpen && row.text.length <= maxLine) open = row
    else {
      open = null
      yield row
    }
  }
  if (open) yield open
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOdd = !isOdd
  return isOdd
}

async function* textLines(file: string): AsyncGenerator<TextLine> {
  for await (const line of readLines(file, maxLine)) {
    if ('problem' in line)
      throw new DataError({
        argument: `${file}, line ${line.number}`,
        expected: 'text in UTF-8',
        received: line.problem,
      })
    yield line
  }
}

async function* withFirst(first: TextLine, rest: AsyncIterable<TextLine>): AsyncGenerator<TextLine> {
  yield first
  yield* rest
}

function detectDelimiter(header: string, spaces = false): string {
  const unquoted = header.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => unquoted.split(delimiter).length
  const best = [',', ';', '\t', '|'].reduce((best, other) => (count(other) > count(best) ? other : best))
  return spaces && count(best) === 1 ? ' ' : best
}

interface CsvOptions {
  delimiter: string
  file: string
  /** Whether cells without quotes are trimmed. Default false. */
  isTrimmed?: boolean
}

function splitCells({ number, text }: TextLine, { delimiter, file, isTrimmed }: CsvOptions): string[] {
  if (delimiter === ' ') return text.trim().split(/\s+/)
  if (!text.includes('"')) {
    const cells = text.split(delimiter)
    return isTrimmed ? cells.map((cell) => cell.trim()) : cells
  }
  const cast = (cell: string, { quoting }: { quoting: boolean }) =>
    isTrimmed && !quoting ? cell.trim() : cell
  try {
    return (parse(text, { delimiter, relax_column_count: true, cast }) as string[][])[0] ?? []
  } catch (cause) {
    throw new DataError({
      argument: `${file}, line ${number}`,
      expected: 'cells with closed quotes',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

async function* csvRows(
  lines: AsyncIterable<TextLine>,
  { width, ...options }: CsvOptions & { width: number },
): AsyncGenerator<TableRow> {
  for await (const line of lines) {
    const cells = splitCells(line, options)
    if (cells.length !== width)
      throw new DataError({
        argument: `${options.file}, line ${line.number}`,
        expected: `${width} cells, as in the header`,
        received: String(cells.length),
      })
    yield { line: line.number, cells }
  }
}

/** An object a line; the first one's keys are the header. */
function openJsonLines(file: string, first: TextLine, rest: AsyncIterable<TextLine>): Table {
  const names = Object.keys(parseObject(first, file))
  async function* rows(): AsyncGenerator<TableRow> {
    yield rowOf(first)
    for await (const line of rest) yield rowOf(line)
  }
  const rowOf = (line: TextLine): TableRow => {
    const object = parseObject(line, file)
    const cells = names.map((name) => (Object.hasOwn(object, name) ? cellOf(object[name]) : null))
    return { line: line.number, cells }
  }
  return { names, delimiter: '', rows: rows(), textOf: plainText }
}

function parseObject({ number, text }: TextLine, file: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const received = cause instanceof Error ? cause.message : String(cause)
    throw new DataError({
      argument: `${file}, line ${number}`,
      expected: 'a JSON object',
      received,
      cause,
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new DataError({
    argument: `${file}, line ${number}`,
    expected: 'a JSON object',
    received: text.slice(0, 40),
  })
}
