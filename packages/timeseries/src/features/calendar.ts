/** Features of the calendar: what hour, weekday, month each step of a series lies in. */
import { InvalidArgumentError } from '@attentive/core'
import { dayMilliseconds } from '../series/frequency.js'
import { type TimeIndex, TimeSeries } from '../series/index.js'
import { localTimes } from './local-times.js'

/** A time on the wall, in pieces. */
interface WallTime {
  /** Of the day, 0 … 23, and of the hour, 0 … 60. */
  hour: number
  minute: number
  /** 1 Monday … 7 Sunday. */
  weekday: number
  day: number
  daysInMonth: number
  dayOfYear: number
  daysInYear: number
  month: number
}

interface CycleRow {
  /** As people count. */
  number(time: WallTime): number
  /** Share of its cycle that is over, 0 … 1. */
  share(time: WallTime): number
}

const cycles = {
  minute: { number: ({ minute }) => Math.floor(minute), share: ({ minute }) => minute / 60 },
  hour: { number: ({ hour }) => hour, share: ({ hour, minute }) => (hour + minute / 60) / 24 },
  weekday: { number: ({ weekday }) => weekday, share: ({ weekday }) => (weekday - 1) / 7 },
  dayOfMonth: { number: ({ day }) => day, share: ({ day, daysInMonth }) => (day - 1) / daysInMonth },
  dayOfYear: {
    number: ({ dayOfYear }) => dayOfYear,
    share: ({ dayOfYear, daysInYear }) => (dayOfYear - 1) / daysInYear,
  },
  month: { number: ({ month }) => month, share: ({ month }) => (month - 1) / 12 },
  quarter: {
    number: ({ month }) => Math.ceil(month / 3),
    share: ({ month }) => (Math.ceil(month / 3) - 1) / 4,
  },
} as const satisfies Record<string, CycleRow>

type CycleName = keyof typeof cycles

const flags = ['weekend', 'holiday'] as const

export const calendarFeatureNames = [...(Object.keys(cycles) as CycleName[]), ...flags] as const
export type CalendarFeature = (typeof calendarFeatureNames)[number]

export interface CalendarOptions {
  /**
   * `cyclic`: sine and cosine of the share of its cycle that is over, channels `hour sin` and `hour cos`, so that 23:00
   * is near 0:00. `number`: as people count, hours from 0, all else from 1, Monday first. Weekends and holidays are 1 and
   * other days 0 in either. Default `cyclic`.
   */
  encoding?: 'cyclic' | 'number'
  /** Days such as `2024-12-25` for the feature `holiday`, in the zone of the index. */
  holidays?: readonly string[]
}

type Column = { name: string; value(time: WallTime, day: number): number }

/**
 * Covariates of the calendar, known for any step: an hour is the one that the clocks of the index' zone show, so that it
 * goes with people's days when the clocks change.
 *
 * @example
 * calendarFeatures(series.index, ['hour', 'weekday', 'holiday'], { holidays: ['2024-12-25'] })
 * @throws InvalidArgumentError when steps are merely counted, a feature is unknown or there twice, or a holiday is no day.
 */
export function calendarFeatures(
  index: TimeIndex,
  features: readonly CalendarFeature[],
  options: CalendarOptions = {},
): TimeSeries {
  requireCalendar(index, features)
  const columns = features.flatMap((feature) => columnsOf(feature, options))
  const wall = localTimes(index.timeZone)
  const K = columns.length
  const values = new Float64Array(index.length * K)
  for (let t = 0; t < index.length; t++) {
    const local = wall(index.milliseconds(t))
    const [time, day] = [wallTime(local), Math.floor(local / dayMilliseconds)]
    for (const [k, { value }] of columns.entries()) values[t * K + k] = value(time, day)
  }
  return new TimeSeries({ values, channels: columns.map(({ name }) => name), index })
}

/** A series with features of the calendar beside its channels. @throws InvalidArgumentError as `calendarFeatures`. */
export function withCalendar(
  series: TimeSeries,
  features: readonly CalendarFeature[],
  options: CalendarOptions = {},
): TimeSeries {
  return series.withChannels(calendarFeatures(series.index, features, options))
}

/** Channels of cyclic features. */
export function calendarWidth(features: readonly CalendarFeature[]): number {
  return features.reduce((sum, feature) => sum + (isCycle(feature) ? 2 : 1), 0)
}

function columnsOf(
  feature: CalendarFeature,
  { encoding = 'cyclic', holidays = [] }: CalendarOptions,
): Column[] {
  if (feature === 'weekend') return [{ name: feature, value: ({ weekday }) => Number(weekday > 5) }]
  if (feature === 'holiday') {
    const days = holidayNumbers(holidays)
    return [{ name: feature, value: (_, day) => Number(days.has(day)) }]
  }
  const { number, share } = cycles[feature]
  if (encoding === 'number') return [{ name: feature, value: number }]
  return [
    { name: `${feature} sin`, value: (time) => Math.sin(2 * Math.PI * share(time)) },
    { name: `${feature} cos`, value: (time) => Math.cos(2 * Math.PI * share(time)) },
  ]
}

function isCycle(feature: CalendarFeature): feature is CycleName {
  return Object.hasOwn(cycles, feature)
}

function requireCalendar(index: TimeIndex, features: readonly CalendarFeature[]): void {
  const bad = features.find(
    (feature, i) => !calendarFeatureNames.includes(feature) || features.indexOf(feature) !== i,
  )
  if (features.length === 0 || bad !== undefined)
    throw new InvalidArgumentError({
      argument: 'features',
      expected: `some of ${calendarFeatureNames.join(', ')}, each once`,
      received: features.length === 0 ? 'none' : JSON.stringify(bad),
    })
  if (index.isCounted)
    throw new InvalidArgumentError({
      argument: 'index',
      expected: 'steps in calendar time, of which features of the calendar are made',
      received: 'counted steps',
      hint: 'Name the column of the time when the series is read, or use Fourier features.',
    })
}

/** Days since 1970. */
function holidayNumbers(holidays: readonly string[]): ReadonlySet<number> {
  if (holidays.length === 0)
    throw new InvalidArgumentError({
      argument: 'holidays',
      expected: 'at least one day for the feature "holiday"',
      received: 'none',
    })
  return new Set(
    holidays.map((text) => {
      const milliseconds = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
      if (!Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(text))
        return milliseconds / dayMilliseconds
      throw new InvalidArgumentError({
        argument: 'holidays',
        expected: 'days such as "2024-12-25"',
        received: JSON.stringify(text),
      })
    }),
  )
}

/** @param local milliseconds since 1970 on the wall. */
function wallTime(local: number): WallTime {
  const date = new Date(local)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const dayAt = (year: number, month: number) => Date.UTC(year, month) / dayMilliseconds
  const day = Math.floor(local / dayMilliseconds)
  return {
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes() + date.getUTCSeconds() / 60,
    weekday: date.getUTCDay() || 7,
    day: date.getUTCDate(),
    daysInMonth: dayAt(year, month + 1) - dayAt(year, month),
    dayOfYear: day - dayAt(year, 0) + 1,
    daysInYear: dayAt(year + 1, 0) - dayAt(year, 0),
    month: month + 1,
  }
}
