/** Chronological parts of a series: what comes later never helps to learn what comes before. */
import { DataError, InvalidArgumentError } from '@attentive/core'
import type { TimeSeries } from './time-series.js'

export interface SplitOptions {
  /**
   * Rows of the part before that each later part begins with, to be looked back on: the first window of a part then
   * forecasts its first row. Default 0.
   */
  overlap?: number
}

/**
 * Views of consecutive parts.
 * @param parts rows of each, `[8640, 2880, 2880]`, what is left over stays unused; or shares that add up to 1 at most,
 *   `[0.7, 0.1, 0.2]`.
 * @throws InvalidArgumentError when parts make no sense. @throws DataError when there are fewer rows than parts need.
 */
export function splitSeries(
  series: TimeSeries,
  parts: readonly number[],
  { overlap = 0 }: SplitOptions = {},
): TimeSeries[] {
  const rows = rowsOf(parts, series.length)
  requireParts(parts, rows, overlap)
  const needed = rows.reduce((sum, count) => sum + count, 0)
  if (needed > series.length)
    throw new DataError({
      argument: 'series',
      expected: `at least ${needed} rows for parts of ${rows.join(', ')}`,
      received: String(series.length),
    })
  let start = 0
  return rows.map((count, i) => {
    const from = start
    start += count
    if (i > 0 && from < overlap)
      throw new DataError({
        argument: 'overlap',
        expected: `at most the ${from} rows before part ${i + 1}`,
        received: String(overlap),
      })
    return series.slice(i === 0 ? 0 : from - overlap, start)
  })
}

/** Shares become rows: the last part takes what rounding leaves, when the shares add up to 1. */
function rowsOf(parts: readonly number[], length: number): number[] {
  const sum = parts.reduce((a, b) => a + b, 0)
  if (!parts.every((part) => part > 0 && part < 1)) return [...parts]
  const rows = parts.map((share) => Math.floor(share * length + 1e-9))
  if (Math.abs(sum - 1) < 1e-9) rows[rows.length - 1] = length - rows.slice(0, -1).reduce((a, b) => a + b, 0)
  return rows
}

function requireParts(parts: readonly number[], rows: readonly number[], overlap: number): void {
  const sum = parts.reduce((a, b) => a + b, 0)
  const areShares = parts.every((part) => part > 0 && part < 1)
  const isFine = parts.length > 0 && rows.every((count) => Number.isInteger(count) && count > 0)
  if (!isFine || (areShares && sum > 1 + 1e-9))
    throw new InvalidArgumentError({
      argument: 'parts',
      expected: 'whole numbers of rows, or shares that add up to 1 at most',
      received: parts.join(', ') || 'none',
    })
  if (!Number.isInteger(overlap) || overlap < 0)
    throw new InvalidArgumentError({
      argument: 'overlap',
      expected: 'a whole number of rows, 0 or more',
      received: String(overlap),
    })
}
