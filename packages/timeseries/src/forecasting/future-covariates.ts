/** What is known of the steps that are forecast, as `predict` is told it. */
import { DataError, InvalidArgumentError } from '@attentive/core'
import type { TimeSeries } from '../series/index.js'
import { listOf } from '../series/lists.js'
import type { PredictOptions } from './forecaster.js'

type MissingFuture = NonNullable<PredictOptions['missingFuture']>

export interface Future {
  /** Of one history; null where none was given. */
  series: TimeSeries | null
  missing: MissingFuture
}

const actions: readonly MissingFuture[] = ['error', 'previous']

/**
 * One for each history.
 * @throws InvalidArgumentError when there are not as many, or what to do about missing values is unknown.
 */
export function futuresOf(
  { future, missingFuture: missing = 'error' }: PredictOptions,
  count: number,
): Future[] {
  if (!actions.includes(missing))
    throw new InvalidArgumentError({
      argument: 'missingFuture',
      expected: `one of ${actions.join(', ')}`,
      received: String(missing),
    })
  if (future === undefined) return Array.from({ length: count }, () => ({ series: null, missing }))
  const futures = listOf(future)
  if (futures.length !== count)
    throw new InvalidArgumentError({
      argument: 'future',
      expected: `${count}, one for each history`,
      received: String(futures.length),
    })
  return futures.map((series) => ({ series, missing }))
}

/**
 * Known channels over the horizon; with `missing: 'previous'` values may be NaN.
 * @throws DataError when they are not known for all of it.
 */
export function futureRows(
  history: TimeSeries,
  { series, missing }: Future,
  { channels, horizon }: { channels: readonly string[]; horizon: number },
): TimeSeries {
  const steps = history.index.after(horizon)
  const expected = `${channels.join(', ')} for all ${horizon} steps of the horizon, ${steps.at(0)} … ${steps.at(horizon - 1)}`
  const first = series ? series.index.indexOf(steps.at(0)) : -1
  if (!series || first < 0 || first + horizon > series.length)
    throw new DataError({
      argument: 'future',
      expected,
      received: series ? `${series.index.at(0)} … ${series.index.at(series.length - 1)}` : 'none',
    })
  const rows = series.select(channels).slice(first, first + horizon)
  if (missing === 'error') requireKnown(rows, expected)
  return rows
}

/** A plan that ends early is none: what networks would make of it looks like any forecast. */
function requireKnown(rows: TimeSeries, expected: string): void {
  const at = rows.values.findIndex(Number.isNaN)
  if (at < 0) return
  const C = rows.channels.length
  throw new DataError({
    argument: 'future',
    expected,
    received: `${rows.name === '' ? '' : `${rows.name}: `}no ${rows.channels[at % C]} at ${rows.index.at(Math.floor(at / C))}`,
    hint: 'Fill it with what is expected, or let the last known value go on: `missingFuture: "previous"`.',
  })
}
