/** Chronological parts of what was read. */
import { InvalidArgumentError } from '@attentive/core'
import { type Forecaster, splitSeries, type TimeSeries } from '@attentive/timeseries'
import { Option } from '@commander-js/extra-typings'
import { partList } from '../../lists.js'

export const splitOption = new Option(
  '--split <n,n,n>',
  'rows of the training, validation and test part, one after the other, 8640,2880,2880; or shares, 0.7,0.1,0.2',
).argParser(partList)

export interface TrainingParts {
  train: TimeSeries[]
  validation: TimeSeries[]
}

/** Share of the rows that decide when training stops, where nobody says otherwise. */
const validationShare = 0.2

/**
 * The first part of each series learns, the second one decides when to stop; it begins with a look-back of the first.
 * Where no split is given, series that are too short for two parts learn only.
 */
export function trainingParts(
  series: readonly TimeSeries[],
  split: readonly number[] | undefined,
  { lookback, horizon }: { lookback: number; horizon: number },
): TrainingParts {
  const parts = series.map((one) => {
    const rows = split ?? usualSplit(one.length, { lookback, horizon })
    return splitSeries(one, rows, { overlap: rows.length > 1 ? lookback : 0 })
  })
  return {
    train: parts.map(([train]) => train as TimeSeries),
    validation: parts.flatMap(([, validation]) => validation ?? []),
  }
}

function usualSplit(length: number, { lookback, horizon }: { lookback: number; horizon: number }): number[] {
  const validation = Math.max(horizon, Math.floor(validationShare * length))
  const train = length - validation
  return train >= lookback + horizon ? [train, validation] : [length]
}

export interface TestPart {
  series: TimeSeries[]
  /** Row of the first step that is forecast. */
  start: number
}

/** The last part of each series, after rows before it that the model makes use of; without a split the whole series. */
export function testPart(
  series: readonly TimeSeries[],
  split: readonly number[] | undefined,
  { lookback, reach = lookback }: Pick<Forecaster, 'lookback' | 'reach'>,
): TestPart {
  const needed = lookback ?? 1
  if (!split) return { series: [...series], start: needed }
  if (split.length < 2)
    throw new InvalidArgumentError({
      argument: '--split',
      expected: 'at least two parts, the last of which is evaluated',
      received: split.join(', '),
    })
  const lengths = series.map((one) => {
    const rows = splitSeries(one, split).map(({ length }) => length)
    const last = rows.pop() as number
    return { before: rows.reduce((sum, length) => sum + length, 0), last }
  })
  const most = Math.min(reach ?? Number.POSITIVE_INFINITY, ...lengths.map(({ before }) => before))
  const start = Math.max(needed, most)
  // Of two parts: the ones between may begin too early for so much before them.
  const lastPart = (one: TimeSeries, i: number) => {
    const { before, last } = lengths[i] as (typeof lengths)[number]
    return splitSeries(one, [before, last], { overlap: start })[1] as TimeSeries
  }
  return { series: series.map(lastPart), start }
}
