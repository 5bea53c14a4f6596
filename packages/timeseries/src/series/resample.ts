/** Regular steps from denser or irregular ones. */
import { InvalidArgumentError } from '@attentive/core'
import { Temporal } from 'temporal-polyfill'
import { Frequency } from './frequency.js'
import { TimeIndex } from './time-index.js'
import type { TimeSeries } from './time-series.js'

/** What can become of the values within a step. */
export const aggregateNames = ['mean', 'sum', 'first', 'last', 'min', 'max'] as const
export type Aggregate = (typeof aggregateNames)[number]

export interface ResampleOptions {
  frequency: Frequency | string
  /** What becomes of the values within a step; missing ones are left out. Default `mean`. */
  aggregate?: Aggregate
}

type Fold = (values: readonly number[]) => number

const folds: Record<Aggregate, Fold> = {
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  first: (values) => values[0] as number,
  last: (values) => values.at(-1) as number,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
}

export interface TimedRows {
  /** Milliseconds, rising. */
  times: Float64Array
  /** `[T, C]` */
  values: Float64Array
}

/**
 * Each step has what fell between its time and the next one's; a step without any value is missing. The first step
 * begins with the unit: at the full hour, at midnight, on Monday, on the first of the month.
 * @throws InvalidArgumentError when the aggregate or the frequency is unknown, or has no time.
 */
export function resampleRows(
  { times, values }: TimedRows,
  { frequency, aggregate = 'mean' }: ResampleOptions,
  timeZone: string,
): { index: TimeIndex; values: Float64Array } {
  const fold = foldNamed(aggregate)
  const parsed = Frequency.from(frequency)
  if (parsed.unit === 'step')
    throw new InvalidArgumentError({
      argument: 'resample.frequency',
      expected: 'a length of time',
      received: 'step',
    })
  const C = values.length / times.length
  const start = beginningOf(parsed, times[0] as number, timeZone)
  const endless = TimeIndex.from({ start, frequency: parsed, length: 0, timeZone })
  const last = times.at(-1) as number
  let length = 0
  while (endless.milliseconds(length) <= last) length++
  const result = new Float64Array(length * C)
  let row = 0
  for (let step = 0; step < length; step++) {
    const end = endless.milliseconds(step + 1)
    const from = row
    while (row < times.length && (times[row] as number) < end) row++
    for (let c = 0; c < C; c++) {
      const known: number[] = []
      for (let i = from; i < row; i++) {
        const value = values[i * C + c] as number
        if (!Number.isNaN(value)) known.push(value)
      }
      result[step * C + c] = known.length > 0 ? fold(known) : Number.NaN
    }
  }
  return { index: endless.withLength(length), values: result }
}

/** A series at a coarser frequency. @throws InvalidArgumentError when it has no times. */
export function resample(series: TimeSeries, options: ResampleOptions): TimeSeries {
  const { index, values } = series
  if (index.isCounted)
    throw new InvalidArgumentError({
      argument: 'series',
      expected: 'a series in calendar time',
      received: 'counted steps',
    })
  const times = Float64Array.from({ length: index.length }, (_, i) => index.milliseconds(i))
  return series.with(resampleRows({ times, values }, options, index.timeZone))
}

function foldNamed(aggregate: Aggregate): Fold {
  if (Object.hasOwn(folds, aggregate)) return folds[aggregate]
  throw new InvalidArgumentError({
    argument: 'resample.aggregate',
    expected: `one of ${Object.keys(folds).join(', ')}`,
    received: String(aggregate),
  })
}

function beginningOf({ unit, milliseconds }: Frequency, time: number, timeZone: string): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone)
  const midnight = zoned.startOfDay()
  if (milliseconds !== null) {
    const since = time - midnight.epochMilliseconds
    return midnight.epochMilliseconds + Math.floor(since / milliseconds) * milliseconds
  }
  const beginnings: Partial<Record<Frequency['unit'], Temporal.ZonedDateTime>> = {
    businessDay: midnight.dayOfWeek > 5 ? midnight.subtract({ days: midnight.dayOfWeek - 5 }) : midnight,
    week: midnight.subtract({ days: midnight.dayOfWeek - 1 }),
    month: midnight.with({ day: 1 }),
    quarter: midnight.with({ month: 3 * Math.floor((midnight.month - 1) / 3) + 1, day: 1 }),
    year: midnight.with({ month: 1, day: 1 }),
  }
  return (beginnings[unit] ?? midnight).epochMilliseconds
}
