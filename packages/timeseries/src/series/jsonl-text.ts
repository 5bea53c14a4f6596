/** Tables as JSONL: an object a line. */
import { type Cell, requireDistinct } from './table-cells.js'

/**
 * An object for each row, in whose keys all names come in their order. Texts stay as they are; NaN is null.
 * @param rows of as many cells as there are names.
 * @throws InvalidArgumentError when a name is there twice.
 */
export function jsonlText(names: readonly string[], rows: Iterable<readonly Cell[]>): string {
  requireDistinct(names, 'a column')
  const keys = names.map((name) => `${JSON.stringify(name)}:`)
  // No objects are made: they would put keys such as "1" first, and take "__proto__" for something else.
  const lines = Array.from(
    rows,
    (row) => `{${keys.map((key, k) => key + cellText(row[k] ?? null)).join(',')}}\n`,
  )
  return lines.join('')
}

/** JSON has a minus zero, which `JSON.stringify` does not write. */
function cellText(cell: Cell): string {
  return Object.is(cell, -0) ? '-0' : JSON.stringify(cell)
}
