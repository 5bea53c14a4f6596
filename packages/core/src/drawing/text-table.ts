/** Tables for terminals and logs. */

/**
 * Rows in columns, two spaces apart: the first column to the left, others to the right.
 * @param rows of cells, the head first; shorter rows end earlier.
 * @example
 * textTable([['model', 'MAE'], ['segrnn', '0.38']])
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    for (const [c, cell] of row.entries()) widths[c] = Math.max(widths[c] ?? 0, Array.from(cell).length)
  return rows
    .map((row) =>
      row
        .map((cell, c) => {
          const blank = ' '.repeat((widths[c] as number) - Array.from(cell).length)
          return c === 0 ? cell + blank : blank + cell
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
