/**
 * Fewer points of long lines. Steps are put into as many buckets of equal length as there is room for, and of each only
 * the lowest and the highest value are kept, in their order: with a bucket for each pixel the line covers the same pixels,
 * peaks included (Jugel et al. 2014, "M4: a visualization-oriented time series data aggregation", section 4: min-max). A
 * gap is kept when it is as long as a bucket.
 */

/** Row that stands for a gap. */
export const GAP = -1

/**
 * Rows to draw of values, in order; `GAP` between parts that must not be joined.
 * @param most rows that there may be, at least 4; shorter lines are kept whole.
 */
export function thinMinMax(values: ArrayLike<number>, most: number): number[] {
  const T = values.length
  if (T <= most) return wholeLine(values)
  const buckets = Math.floor((most - 2) / 2)
  const rows: number[] = []
  for (let b = 0; b < buckets; b++) {
    const start = Math.floor((b * T) / buckets)
    const end = Math.floor(((b + 1) * T) / buckets)
    const [low, high] = extremes(values, start, end)
    // The line begins and ends where the series does.
    if (b === 0 && low !== start && high !== start && Number.isFinite(values[start])) rows.push(start)
    if (low === GAP) pushGap(rows)
    else rows.push(...(low === high ? [low] : [Math.min(low, high), Math.max(low, high)]))
    const last = end - 1
    if (b === buckets - 1 && low !== last && high !== last && Number.isFinite(values[last])) rows.push(last)
  }
  return rows
}

function wholeLine(values: ArrayLike<number>): number[] {
  const rows: number[] = []
  for (let t = 0; t < values.length; t++)
    if (Number.isFinite(values[t])) rows.push(t)
    else pushGap(rows)
  return rows
}

function pushGap(rows: number[]): void {
  if (rows.length > 0 && rows.at(-1) !== GAP) rows.push(GAP)
}

/** Rows of the lowest and the highest finite value. */
function extremes(values: ArrayLike<number>, start: number, end: number): [number, number] {
  let [low, high] = [GAP, GAP]
  for (let t = start; t < end; t++) {
    const value = values[t] as number
    if (!Number.isFinite(value)) continue
    if (low === GAP || value < (values[low] as number)) low = t
    if (high === GAP || value > (values[high] as number)) high = t
  }
  return [low, high]
}

/** A band of fewer points, which encloses the whole one: first row, lowest and highest value of each bucket. */
export function thinBand(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  most: number,
): { row: number; lower: number; upper: number }[] {
  const T = lower.length
  const buckets = Math.min(T, most)
  return Array.from({ length: buckets }, (_, b) => {
    const start = Math.floor((b * T) / buckets)
    const end = Math.floor(((b + 1) * T) / buckets)
    const low = extremes(lower, start, end)[0]
    const high = extremes(upper, start, end)[1]
    return {
      // The last bucket stands where the band ends.
      row: b === buckets - 1 ? T - 1 : start,
      lower: lower[low] ?? Number.NaN,
      upper: upper[high] ?? Number.NaN,
    }
  })
}
