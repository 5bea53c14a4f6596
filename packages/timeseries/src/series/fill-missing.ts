/** Series without gaps. */
import { InvalidArgumentError, requireKnownOptions } from '@attentive/core'
import { requireCounts } from '../checks.js'
import {
  constant,
  type Filler,
  gapsOf,
  linearFiller,
  nextFiller,
  previousFiller,
  seasonalFiller,
  withGapsFilled,
} from '../statistics/gaps.js'
import { mean } from '../statistics/mean.js'
import { seasonLength } from './season.js'
import type { TimeSeries } from './time-series.js'

/** A filler of the values of a channel. */
type Method = (values: Float64Array, period: number) => Filler

const methods = {
  previous: previousFiller,
  next: nextFiller,
  linear: linearFiller,
  mean: (values) => {
    const center = mean(values.filter((value) => !Number.isNaN(value)))
    return () => constant(center)
  },
  seasonal: seasonalFiller,
} as const satisfies Record<string, Method>

export type FillMethod = keyof typeof methods

export interface FillOptions {
  /**
   * - `previous`, `next`: the last value before, the next one after.
   * - `linear`: on the line between both.
   * - `mean`: of the channel's known values.
   * - `seasonal`: the mean of the values one season before and after, shifted so that the ends of the gap are met.
   * - `{ value }`: always the same.
   *
   * Where a method has nothing to go by, values stay missing: `previous` before the first known one, `linear` at either
   * end. Nothing after a gap is known when a forecast is made there: of a test part, only `previous` and values from the
   * training part are free of hindsight.
   */
  method: FillMethod | { value: number }
  /** Steps of a season. Default: what the frequency suggests, a day for hours and a week for days. */
  period?: number
  /** Longer gaps stay missing. Default: none. */
  maxGap?: number
}

/**
 * Gaps filled, channel by channel, from known values alone.
 * @throws InvalidArgumentError on an unknown method or option, or `seasonal` without a season.
 */
export function fillMissing(series: TimeSeries, options: FillOptions): TimeSeries {
  requireKnownOptions(options, { method: true, period: true, maxGap: true })
  const { period = seasonLength(series.index.frequency), maxGap } = options
  requireCounts({ period, ...(maxGap === undefined ? {} : { maxGap }) })
  const method = methodOf(options.method, period)
  const C = series.channels.length
  const filled = series.channels.map((channel) => {
    const values = series.channel(channel)
    const gaps = gapsOf(values).filter(({ from, to }) => to - from <= (maxGap ?? Infinity))
    return gaps.length === 0 ? values : withGapsFilled(values, method(values, period), gaps)
  })
  return series.with({
    values: series.values.map((_, at) => filled[at % C]?.[Math.floor(at / C)] as number),
  })
}

function methodOf(method: FillOptions['method'], period: number): Method {
  if (typeof method === 'object' && method !== null && Number.isFinite(method.value))
    return () => () => constant(method.value)
  if (typeof method !== 'string' || !Object.hasOwn(methods, method))
    throw new InvalidArgumentError({
      argument: 'method',
      expected: `one of ${Object.keys(methods).join(', ')}, or { value } with a finite number`,
      received: typeof method === 'string' ? JSON.stringify(method) : String(JSON.stringify(method)),
    })
  if (method === 'seasonal' && period < 2)
    throw new InvalidArgumentError({
      argument: 'period',
      expected: 'a season of at least 2 steps for the method "seasonal"',
      received: String(period),
      hint: 'Say how long a season is: { period: 24 }.',
    })
  return methods[method]
}
