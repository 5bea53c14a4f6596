/** Intervals of forecasts as bands. */
import { requireProbability } from '../checks.js'
import { requireLength } from './checks.js'
import { band, parts, short } from './marks.js'
import type { LegendEntry, PlannedSeries } from './plan.js'
import { numberText } from './texts.js'

/** Where the truth lies with a probability. */
export interface Interval {
  /** The probability, between 0 and 1. */
  level: number
  /** `[H]` */
  lower: ArrayLike<number>
  /** `[H]` */
  upper: ArrayLike<number>
}

/** @throws ShapeError when bounds are not H long. @throws InvalidArgumentError when a level is no probability. */
export function requireIntervals(argument: string, intervals: readonly Interval[], length: number): void {
  for (const [i, { level, lower, upper }] of intervals.entries()) {
    requireProbability(`${argument}[${i}].level`, level)
    requireLength(`${argument}[${i}].lower`, lower, length)
    requireLength(`${argument}[${i}].upper`, upper, length)
  }
}

/** `90 % interval` */
function intervalName(level: number): string {
  return `${numberText(level * 100)} % interval`
}

/** Entries for every level, the widest first. */
export function intervalLegend(intervals: readonly Interval[]): LegendEntry[] {
  const names = new Set(widestFirst(intervals).map(({ level }) => intervalName(level)))
  return Array.from(names, (name) => ({ name, sign: 'ground' }))
}

export interface IntervalBands {
  at: ArrayLike<number>
  intervals: readonly Interval[]
  color: string
  points: number
  key?: string
}

/** Of the widest interval, and of those that lie on it. */
const opacities = [0.18, 0.26, 0.34]

function opacityOf(i: number): number {
  return opacities[Math.min(i, opacities.length - 1)] as number
}

/** The widest first, so that narrower ones lie on it, darker. */
export function intervalBands({ at, intervals, color, points, key = '' }: IntervalBands): PlannedSeries[] {
  if (at.length === 1)
    return widestFirst(intervals).map((interval, i) => bar(interval, at[0] as number, color, i))
  return widestFirst(intervals).flatMap(({ level, lower, upper }, i) =>
    band({
      name: intervalName(level),
      at,
      lower,
      upper,
      color,
      opacity: opacityOf(i),
      points,
      key: `${key}${level}`,
    }),
  )
}

/** The interval of a single step, which as a band would have no width. */
function bar({ level, lower, upper }: Interval, x: number, color: string, i: number): PlannedSeries {
  const ends = [lower[0] as number, upper[0] as number].map((y) => [x, short(y)])
  const drawn = parts({ name: intervalName(level), data: ends, color, width: 10 })
  const opacity = opacityOf(i)
  const lineStyle = { color, width: 10, opacity }
  return {
    ...drawn,
    option: { ...drawn.option, lineStyle, itemStyle: { color, opacity }, z: 1 } as PlannedSeries['option'],
  }
}

function widestFirst(intervals: readonly Interval[]): Interval[] {
  return [...intervals].sort((a, b) => b.level - a.level)
}
