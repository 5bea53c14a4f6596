/** Backtests: forecasts from many origins of the past, compared with what came. */
import { DataError } from '@attentive/core'
import { requireCounts } from '../checks.js'
import type { TimeSeries } from '../series/index.js'
import { listOf } from '../series/lists.js'
import { chunks, evaluationBatchSize } from '../training/evaluation-batches.js'
import { type Forecast, intervalLevels } from './forecast.js'
import type { Forecaster } from './forecaster.js'
import { historyBefore } from './history.js'
import { type ForecastScores, type ScoreOptions, ScoreSums } from './scores.js'

export interface BacktestOptions extends ScoreOptions {
  /** Steps ahead. Default: the forecaster's. */
  horizon?: number
  /** Rows between two origins. Default: the horizon, so that folds do not overlap. */
  stride?: number
  /** The last so many origins. Default: all that fit after `start`. */
  folds?: number
  /** Row of the first origin, the first one that is forecast. Default: the look-back; for models that read all there is, one row. */
  start?: number
  /** Fit anew before each fold, to the rows before it. Default false: the model as it is. */
  retrain?: boolean
  /** Told after every batch of folds. */
  onProgress?(done: number, folds: number): void
}

/** One origin. */
export interface Fold {
  /** Name of the series, and row of the first step that is forecast. */
  series: string
  origin: number
  forecast: Forecast
  actual: TimeSeries
}

export interface Backtest {
  scores: ForecastScores
  folds: Fold[]
}

/**
 * Rolling-origin evaluation (Tashman 2000, "Out-of-sample tests of forecasting accuracy"): the model sees the rows before
 * each origin and none after. Future covariates are taken from the series: they are what would have been known; where
 * they are missing, the last known value is carried on, as in training.
 *
 * @throws DataError when no origin has room for look-back and horizon.
 */
export async function backtest(
  forecaster: Forecaster,
  series: TimeSeries | readonly TimeSeries[],
  options: BacktestOptions = {},
): Promise<Backtest> {
  const folds: Fold[] = []
  const scores = await eachFold(forecaster, listOf(series), options, (fold) => folds.push(fold))
  return { scores, folds }
}

/** `backtest` from every row, keeping no forecast: the protocol of benchmarks with long horizons. */
export function evaluate(
  forecaster: Forecaster,
  series: TimeSeries | readonly TimeSeries[],
  options: Omit<BacktestOptions, 'retrain'> = {},
): Promise<ForecastScores> {
  return eachFold(forecaster, listOf(series), { stride: 1, ...options }, () => undefined)
}

async function eachFold(
  forecaster: Forecaster,
  series: readonly TimeSeries[],
  options: BacktestOptions,
  visit: (fold: Fold) => void,
): Promise<ForecastScores> {
  const horizon = options.horizon ?? forecaster.horizon
  const origins = series.flatMap((one) => originsOf(one, forecaster, { ...options, horizon }))
  if (origins.length === 0) throw noRoom(series, forecaster, horizon)
  const size = options.retrain ? 1 : evaluationBatchSize
  let sums: ScoreSums | null = null
  let done = 0
  for (const batch of chunks(origins.length, size)) {
    const some = batch.map((i) => origins[i] as Origin)
    const [{ series, row }] = some as [Origin]
    if (options.retrain) await forecaster.fit(series.slice(0, row))
    const histories = some.map(({ series, row }) => historyBefore(series, row, forecaster))
    const forecasts = await forecaster.predict(histories, {
      horizon,
      quantiles: (options.coverages ?? []).flatMap(intervalLevels),
      future: some.map(({ series }) => series),
      missingFuture: 'previous',
    })
    for (const [i, forecast] of forecasts.entries()) {
      const { series, row } = some[i] as Origin
      const actual = series.select(forecast.channels).slice(row, row + horizon)
      sums ??= new ScoreSums(horizon, forecast.channels, options)
      sums.add(forecast, actual)
      visit({ series: series.name, origin: row, forecast, actual })
    }
    done += some.length
    options.onProgress?.(done, origins.length)
  }
  return (sums as ScoreSums).result()
}

interface Origin {
  series: TimeSeries
  /** First row that is forecast. */
  row: number
}

function originsOf(
  series: TimeSeries,
  { lookback }: Forecaster,
  { horizon, stride = horizon, folds, start }: BacktestOptions & { horizon: number },
): Origin[] {
  const first = Math.max(start ?? 0, lookback ?? 1)
  requireCounts({ horizon, stride, ...(folds === undefined ? {} : { folds }) }, 'a positive whole number')
  const last = series.length - horizon
  const rows: number[] = []
  if (folds === undefined) for (let row = first; row <= last; row += stride) rows.push(row)
  else for (let row = last; row >= first && rows.length < folds; row -= stride) rows.unshift(row)
  return rows.map((row) => ({ series, row }))
}

function noRoom(series: readonly TimeSeries[], { lookback }: Forecaster, horizon: number): DataError {
  return new DataError({
    argument: 'series',
    expected: `at least ${(lookback ?? 1) + horizon} rows, look-back and horizon`,
    received: `${Math.max(0, ...series.map(({ length }) => length))} rows at most`,
    hint: 'Begin each part with the look-back: splitSeries(…, { overlap: lookback }).',
  })
}
