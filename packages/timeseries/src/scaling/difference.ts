/**
 * Differences from step to step and from season to season, (1 − B)^order (1 − B^m) x_t with B x_t = x_{t−1} (Box &
 * Jenkins 1970, chapter 9). They are undone by adding up, from a history on: exactly for points and for each path of
 * samples, and not for quantiles, as a sum of quantiles is no quantile of the sum.
 */
import { DataError } from '@attentive/core'
import type { TimeSeries } from '../series/index.js'
import { argumentNamed } from '../series/time-series.js'

export interface Lags {
  /** How many times from step to step. */
  order: number
  /** m, steps of a season; 0: none. */
  seasonal: number
}

/** The differences, whose first step is the first one with all values that it is a difference of. */
export function differences(series: TimeSeries, lags: Lags): TimeSeries {
  const lost = lostRows(lags)
  if (series.length < lost)
    throw new DataError({
      argument: argumentNamed('series', series.name),
      expected: `at least ${lost} rows, which differences of order ${lags.order} and season ${lags.seasonal} begin after`,
      received: String(series.length),
    })
  const C = series.channels.length
  const values = lagsOf(lags).reduce((x, lag) => lagged(x, lag * C), series.values)
  return series.with({ values, index: series.index.slice(lost) })
}

/**
 * Values whose differences follow a history: x_t = d_t + x_{t−lag}, for each lag from the last one taken on.
 * @throws DataError when the history ends before, is too short, or lacks one of the values that are built upon.
 */
export function accumulated(steps: TimeSeries, history: TimeSeries, lags: Lags): TimeSeries {
  const before = lastRows(history.select(steps.channels), steps, lostRows(lags))
  const C = steps.channels.length
  const all = lagsOf(lags)
  // What each lag was taken of, at the end of the history.
  const ends = all.map((_, k) => all.slice(0, k).reduce((x, lag) => lagged(x, lag * C), before.values))
  const values = all.reduceRight((d, lag, k) => {
    const end = ends[k] as Float64Array
    return summed(d, end.subarray(end.length - lag * C))
  }, steps.values)
  return steps.with({ values })
}

function lagsOf({ order, seasonal }: Lags): number[] {
  return [...(seasonal > 0 ? [seasonal] : []), ...new Array<number>(order).fill(1)]
}

function lostRows({ order, seasonal }: Lags): number {
  return order + seasonal
}

/** x_t − x_{t−lag}, without the first. @param lag in numbers, all channels of a row counted. */
function lagged(x: Float64Array, lag: number): Float64Array {
  return x.subarray(lag).map((value, at) => value - (x[at] as number))
}

/** x_t = d_t + x_{t−lag}. @param before the last `lag` numbers. */
function summed(d: Float64Array, before: Float64Array): Float64Array {
  const lag = before.length
  const x = new Float64Array(lag + d.length)
  x.set(before)
  for (let at = 0; at < d.length; at++) x[lag + at] = (d[at] as number) + (x[at] as number)
  return x.subarray(lag)
}

function lastRows(history: TimeSeries, steps: TimeSeries, count: number): TimeSeries {
  const argument = argumentNamed('history', history.name)
  if (!history.index.after(steps.length).equals(steps.index))
    throw new DataError({
      argument,
      expected: `the rows up to ${steps.index.at(-1)}, which the differences follow`,
      received: history.length === 0 ? 'none' : `rows up to ${history.index.at(history.length - 1)}`,
    })
  const last = history.slice(Math.max(0, history.length - count))
  if (last.length === count && !last.hasMissing) return last
  throw new DataError({
    argument,
    expected: `${count} rows without missing values at the end, which differences are added to`,
    received: last.length < count ? String(last.length) : 'missing values',
    hint: 'Fill gaps by `fillMissing`, or pass a longer history.',
  })
}
