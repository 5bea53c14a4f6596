/** Tables as CSV that spreadsheets can open without harm. */
import { InvalidArgumentError } from '@attentive/core'
import { stringify } from 'csv-stringify/sync'
import { guarded } from './formula-guard.js'
import { type Cell, requireDistinct } from './table-cells.js'

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
