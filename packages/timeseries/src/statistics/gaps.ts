/** Runs of missing values (NaN), and what they can be filled with. */

/** Values `from` … `to` − 1 are missing, those beside them are not. */
export interface Gap {
  from: number
  to: number
}

export function gapsOf(values: Float64Array): Gap[] {
  const gaps: Gap[] = []
  for (let t = 0; t < values.length; t++) {
    if (!Number.isNaN(values[t])) continue
    const from = t
    while (t < values.length && Number.isNaN(values[t])) t++
    gaps.push({ from, to: t })
  }
  return gaps
}

/** For a gap, its value `t`; NaN where there is nothing to fill it with. */
export type Filler = (gap: Gap) => (t: number) => number

/** A copy whose gaps are filled. */
export function withGapsFilled(
  values: Float64Array,
  filler: Filler,
  gaps: readonly Gap[] = gapsOf(values),
): Float64Array {
  const filled = values.slice()
  for (const gap of gaps) {
    const valueAt = filler(gap)
    for (let t = gap.from; t < gap.to; t++) filled[t] = valueAt(t)
  }
  return filled
}

const at = (values: Float64Array, t: number): number => values[t] ?? Number.NaN

/** Always the same. */
export function constant(value: number): () => number {
  return () => value
}

/** The last known value before. */
export function previousFiller(values: Float64Array): Filler {
  return ({ from }) => constant(at(values, from - 1))
}

/** The next known value after. */
export function nextFiller(values: Float64Array): Filler {
  return ({ to }) => constant(at(values, to))
}

/** On the line from the value before to the one after. */
export function linearFiller(values: Float64Array): Filler {
  return (gap) => lineOver(gap, at(values, gap.from - 1), at(values, gap.to))
}

/**
 * The values one season before and after (the nearest seasons in which they are known, the nearer one counting the more:
 * their mean where both are as far), shifted by a line so that both ends of the gap are met: a trend and a season that
 * stay as they are, are filled exactly. With one known end, all are shifted by as much as this one is.
 */
export function seasonalFiller(values: Float64Array, period: number): Filler {
  const [before, after] = [nearestKnown(values, -period), nearestKnown(values, period)]
  const usual = (t: number) => {
    const [earlier, later] = [before[t] as number, after[t] as number]
    if (earlier < 0) return at(values, later)
    if (later < 0) return at(values, earlier)
    return between(at(values, earlier), at(values, later), (t - earlier) / (later - earlier))
  }
  const shiftAt = (end: number) =>
    at(values, end) - (end < 0 || end >= values.length ? Number.NaN : usual(end))
  return (gap) => {
    const [first, last] = [shiftAt(gap.from - 1), shiftAt(gap.to)]
    const [start, end] = [Number.isNaN(first) ? last : first, Number.isNaN(last) ? first : last]
    const shift = Number.isNaN(start) ? constant(0) : lineOver(gap, start, end)
    return (t) => usual(t) + shift(t)
  }
}

/** For each place, the nearest one with a known value in steps of `step`; −1 for none. */
function nearestKnown(values: Float64Array, step: number): Int32Array {
  const nearest = new Int32Array(values.length).fill(-1)
  const isRising = step < 0
  for (let i = 0; i < values.length; i++) {
    const t = isRising ? i : values.length - 1 - i
    const next = t + step
    if (next < 0 || next >= values.length) continue
    nearest[t] = Number.isNaN(values[next]) ? (nearest[next] as number) : next
  }
  return nearest
}

/** From `start` just before a gap to `end` just after it. */
function lineOver({ from, to }: Gap, start: number, end: number): (t: number) => number {
  return (t) => between(start, end, (t - from + 1) / (to - from + 1))
}

function between(start: number, end: number, share: number): number {
  return start + share * (end - start)
}
