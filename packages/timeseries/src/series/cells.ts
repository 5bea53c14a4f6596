/** Numbers from cells. */

/** Cells that stand for a missing value. */
export const missingTexts: readonly string[] = [
  '',
  'NA',
  'N/A',
  'NaN',
  'nan',
  'null',
  'NULL',
  'None',
  '?',
  '-',
]

export interface CellOptions {
  /** The mark between whole and fraction. */
  decimal: '.' | ','
  missing: ReadonlySet<string>
}

/** What a cell holds; other things become text, and what is not there null. */
export function cellOf(value: unknown): string | number | null {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'number' || typeof value === 'string') return value
  return value === null || value === undefined ? null : String(value)
}

/** NaN for a missing value, null for what is no number. */
export type CellReader = (cell: string | number | null) => number | null

const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

export function cellReader({ decimal, missing }: CellOptions): CellReader {
  return (cell) => {
    if (typeof cell === 'number') return cell
    if (cell === null) return Number.NaN
    const text = cell.trim()
    if (missing.has(text)) return Number.NaN
    const dotted = decimal === ',' ? text.replaceAll('.', '').replace(',', '.') : text
    return plain.test(dotted) ? Number(dotted) : null
  }
}

/** A decimal comma where the first cells have one and none has a point. */
export function detectDecimal(rows: readonly (readonly (string | number | null)[])[]): '.' | ',' {
  const cells = rows.flat().filter((cell) => typeof cell === 'string')
  const hasCommas = cells.some((cell) => /^\s*-?\d+,\d+\s*$/.test(cell))
  return hasCommas && !cells.some((cell) => /^\s*-?\d+\.\d+\s*$/.test(cell)) ? ',' : '.'
}
