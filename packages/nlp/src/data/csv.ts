/**
 * CSV by RFC 4180. Lines are gathered into records by counting quotes and parsed in groups; where a quote is not closed,
 * only the line that opened it is lost.
 */
import { type Line, readLines } from '@attentive/core'
import { parse } from 'csv-parse/sync'
import type { ReadResult } from './examples.js'
import { RowReader, type TableOptions } from './tables.js'

type TextLine = Extract<Line, { text: string }>
type Row = { line: number; fields: string[] } | { line: number; reason: string }

const groupSize = 256

const hasOddQuotes = (text: string): boolean => text.split('"').length % 2 === 0

function parseRecords(text: string): string[][] | { reason: string } {
  try {
    return parse(text, { relax_column_count: true })
  } catch (error) {
    return { reason: `not valid CSV (${(error as Error).message.replace(/ at line \d+/g, '')})` }
  }
}

function parseRecord({ number, text }: TextLine): Row {
  const rows = parseRecords(text)
  return Array.isArray(rows) ? { line: number, fields: rows[0] ?? [] } : { line: number, ...rows }
}

/** Parses many records at once, and one by one when that fails, to find the broken one. */
function parseGroup(records: readonly TextLine[]): Row[] {
  const rows = parseRecords(records.map(({ text }) => text).join('\n'))
  if (!Array.isArray(rows) || rows.length !== records.length) return records.map(parseRecord)
  return rows.map((fields, i) => ({ line: (records[i] as TextLine).number, fields }))
}

/** Gathers the lines of records that span several. */
class RecordGatherer {
  private pending: TextLine[] = []
  private length = 0
  private isOpen = false

  constructor(private readonly maxLength: number) {}

  /** What one more line makes known: whole records, and lines whose quote is never closed. */
  add(line: TextLine): Line[] {
    this.pending.push(line)
    this.length += line.text.length
    if (hasOddQuotes(line.text)) this.isOpen = !this.isOpen
    return this.isOpen && this.length <= this.maxLength ? [] : this.release()
  }

  /** What is left when no more lines come. */
  finish(): Line[] {
    return this.pending.length > 0 ? [...this.release(), ...this.finish()] : []
  }

  private release(): Line[] {
    const { pending, isOpen } = this
    const [first, ...rest] = pending as [TextLine, ...TextLine[]]
    this.pending = []
    this.length = 0
    this.isOpen = false
    const text = pending.map((line) => line.text).join('\n')
    const isWhole = !isOpen && (rest.length === 0 || Array.isArray(parseRecords(text)))
    if (isWhole) return text.trim() === '' ? [] : [{ number: first.number, text }]
    const problem = { number: first.number, problem: 'a quote that is not closed' }
    return [problem, ...rest.flatMap((line) => this.add(line))]
  }
}

async function* readRows(file: string, maxLength: number): AsyncGenerator<Row> {
  const gatherer = new RecordGatherer(maxLength)
  let group: TextLine[] = []
  const flush = (): Row[] => {
    const rows = group.length > 0 ? parseGroup(group) : []
    group = []
    return rows
  }
  const take = function* (lines: Line[]): Generator<Row> {
    for (const line of lines) {
      if ('text' in line) group.push(line)
      else yield* [...flush(), { line: line.number, reason: line.problem }]
    }
    if (group.length >= groupSize) yield* flush()
  }
  for await (const line of readLines(file, maxLength)) {
    if ('text' in line) yield* take(gatherer.add(line))
    else yield* take([...gatherer.finish(), line])
  }
  yield* take(gatherer.finish())
  yield* flush()
}

/** Records of comma-separated fields, quoted where needed. Blank lines are passed over. */
export async function* readCsv(file: string, options: TableOptions): AsyncGenerator<ReadResult> {
  const rows = new RowReader(file, options)
  for await (const row of readRows(file, options.maxLength)) {
    if ('reason' in row) yield { file, ...row }
    else {
      const result = rows.read(row.fields, row.line)
      if (result) yield result
    }
  }
}
