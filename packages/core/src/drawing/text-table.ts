/** Tables for terminals and logs. */

export interface TextTableOptions {
  /** Columns whose cells stand to the left, from 0; those of others, numbers most of the time, stand to the right. Default: the first. */
  left?: readonly number[]
}

/**
 * Rows in columns, two spaces apart.
 * @param rows of cells, the head first; shorter rows end earlier.
 * @example
 * textTable([['model', 'MAE'], ['segrnn', '0.38']])
 */
export function textTable(
  rows: readonly (readonly string[])[],
  { left = [0] }: TextTableOptions = {},
): string {
  const widths: number[] = []
  for (const row of rows)
    for (const [c, cell] of row.entries()) widths[c] = Math.max(widths[c] ?? 0, Array.from(cell).length)
  return rows
    .map((row) =>
      row
        .map((cell, c) => {
          const blank = ' '.repeat((widths[c] as number) - Array.from(cell).length)
          return left.includes(c) ? cell + blank : blank + cell
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
