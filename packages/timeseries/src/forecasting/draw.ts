/** Pictures of forecasts, backtests and scores: what `drawing` draws from arrays, from what models return. */
import { DataError, InvalidArgumentError } from '@attentive/core'
import {
  backtestChart,
  type Chart,
  type ChartOptions,
  comparisonChart,
  type ForecastPanel,
  forecastChart,
  horizonErrorChart,
  type Interval,
  lookbackAttentionChart,
  residualsChart,
} from '../drawing/index.js'
import type { TimeSeries } from '../series/index.js'
import type { Backtest, Fold } from './backtest.js'
import type { Forecast } from './forecast.js'
import type { ForecastScores } from './scores.js'

export interface DrawForecastOptions extends ChartOptions {
  /** What came before. */
  history: TimeSeries
  /** What came. Default none. */
  actual?: TimeSeries
  /** Last rows of the history that are shown. Default: three horizons, at least 48. */
  rows?: number
  /** Channels to draw, a panel each, at most 12. Default: the first 12. */
  channels?: readonly string[]
}

/** Panels that one picture has room for. */
const mostPanels = 12

/**
 * A forecast after its history, with all central intervals that it was asked for.
 *
 * @example
 * const forecast = await forecaster.predict(history, { quantiles: [0.05, 0.95] })
 * await writeFile('forecast.png', await drawForecast(forecast, { history }).toPng())
 */
export function drawForecast(forecast: Forecast, options: DrawForecastOptions): Chart {
  return drawForecasts([{ forecast, ...options }], options)
}

/** Forecasts of several series in one picture, a panel for each channel of each. */
export function drawForecasts(
  drawn: readonly ({ forecast: Forecast } & Pick<DrawForecastOptions, 'history' | 'actual'>)[],
  options: Omit<DrawForecastOptions, 'history' | 'actual'> = {},
): Chart {
  const panels = drawn.flatMap((one) => {
    const channels = options.channels ?? one.forecast.channels
    return channels.map((channel) => panelOf(one, channel, options.rows))
  })
  return forecastChart({ ...chartOptions(options), channels: panels.slice(0, mostPanels) })
}

function panelOf(
  { forecast, history, actual }: { forecast: Forecast } & Pick<DrawForecastOptions, 'history' | 'actual'>,
  channel: string,
  rows = Math.max(48, 3 * forecast.length),
): ForecastPanel {
  const shown = history.slice(Math.max(0, history.length - rows))
  const name = forecast.name === '' ? channel : `${forecast.name}, ${channel}`
  return {
    name,
    history: timed(shown, channel),
    forecast: timed(forecast.series(), channel),
    intervals: intervalsOf(forecast, channel),
    ...(actual ? { actual: timed(actual, channel) } : {}),
  }
}

function timed(series: TimeSeries, channel: string) {
  return { times: series.index.times(), values: series.channel(channel) }
}

/** Those whose both ends the forecast has, widest first. */
function intervalsOf(forecast: Forecast, channel: string): Interval[] {
  const levels = [...forecast.quantiles.keys()].filter((level) => level < 0.5).sort((a, b) => a - b)
  return levels.flatMap((low) => {
    const high = Number((1 - low).toFixed(10))
    if (!forecast.quantiles.has(high)) return []
    return {
      level: Number((high - low).toFixed(10)),
      lower: forecast.quantile(low).channel(channel),
      upper: forecast.quantile(high).channel(channel),
    }
  })
}

export interface DrawBacktestOptions extends ChartOptions {
  /** What was measured. */
  series: TimeSeries
  /** Channel to draw. Default: the first that is forecast. */
  channel?: string
}

/**
 * The folds of one series over what was measured.
 * @throws DataError when no fold is of this series.
 */
export function drawBacktest({ folds }: Pick<Backtest, 'folds'>, options: DrawBacktestOptions): Chart {
  const { series } = options
  const own = folds.filter((fold) => fold.series === series.name)
  const [first] = own
  if (!first)
    throw new DataError({
      argument: 'series',
      expected: `one of those that were forecast: ${[...new Set(folds.map((fold) => fold.series))].join(', ')}`,
      received: JSON.stringify(series.name),
    })
  const { channel = first.forecast.channels[0] as string } = options
  const from = Math.max(0, Math.min(...own.map(({ origin }) => origin)) - 2 * first.forecast.length)
  const to = Math.max(...own.map(({ origin, forecast }) => origin + forecast.length))
  return backtestChart({
    ...chartOptions(options),
    series: { name: channel, ...timed(series.slice(from, to), channel) },
    folds: own.map(({ origin, forecast }) => ({
      start: origin - from,
      forecast: forecast.series().channel(channel),
      intervals: intervalsOf(forecast, channel),
    })),
  })
}

/** Mean absolute error by step ahead, a line for each model. */
export function drawErrorsByHorizon(
  scores: Readonly<Record<string, Pick<ForecastScores, 'byHorizon'>>>,
  options: ChartOptions = {},
): Chart {
  return horizonErrorChart({
    ...chartOptions(options),
    metric: 'MAE',
    models: Object.entries(scores).map(([name, { byHorizon }]) => ({ name, errors: byHorizon.mae })),
  })
}

export interface DrawResidualsOptions extends ChartOptions {
  /** Default: the first that is forecast. */
  channel?: string
  /** Steps ahead of the forecasts that are compared, from 1. Default 1. */
  step?: number
}

/**
 * What came less what was forecast, a fixed number of steps ahead, over the folds of a backtest: their course,
 * distribution and autocorrelation. Best with a stride of 1.
 */
export function drawResiduals({ folds }: Pick<Backtest, 'folds'>, options: DrawResidualsOptions = {}): Chart {
  const { step = 1 } = options
  const horizon = folds[0]?.forecast.length ?? 0
  if (!(Number.isInteger(step) && step >= 1 && step <= horizon))
    throw new InvalidArgumentError({
      argument: 'step',
      expected: `a step of the horizon, 1 … ${horizon}`,
      received: String(step),
    })
  const { channel = folds[0]?.forecast.channels[0] as string } = options
  const at = (series: TimeSeries) => series.channel(channel)[step - 1] as number
  return residualsChart({
    ...chartOptions(options),
    times: folds.map(({ forecast }) => forecast.index.at(step - 1)),
    residuals: folds.map(({ forecast, actual }: Fold) => at(actual) - at(forecast.series())),
  })
}

export interface DrawAttentionOptions extends ChartOptions {
  /** What the forecast was made from. */
  history: TimeSeries
  /** Drawn above the weights. Default: the first that is forecast. */
  channel?: string
}

/**
 * How much each step of the look-back counted.
 * @throws InvalidArgumentError when the model has no attention.
 */
export function drawAttention(forecast: Forecast, options: DrawAttentionOptions): Chart {
  const { attention } = forecast
  if (!attention)
    throw new InvalidArgumentError({
      argument: 'forecast',
      expected: 'one of a model with attention',
      received: 'one without',
      hint: 'Models with attention: lstm-attention, seq2seq, self-attention, da-rnn; segrnn with `attention: true`.',
    })
  const { channel = forecast.channels[0] as string } = options
  return lookbackAttentionChart({
    ...chartOptions(options),
    times: attention.index.times(),
    values: options.history.slice(options.history.length - attention.index.length).channel(channel),
    weights: attention.weights,
    name: channel,
  })
}

/** Measures that tables and pictures of models have. */
const compared = ['mae', 'rmse', 'smape', 'mase'] as const

/** Models side by side: a panel for each error. @param baselines names of those that are drawn as such. */
export function drawComparison(
  scores: Readonly<Record<string, ForecastScores>>,
  { baselines = [], ...options }: ChartOptions & { baselines?: readonly string[] } = {},
): Chart {
  return comparisonChart({
    ...chartOptions(options),
    rows: Object.entries(scores).map(([name, one]) => ({
      name,
      scores: Object.fromEntries(
        compared.flatMap((metric) => {
          const value = one[metric]
          return value === null || !Number.isFinite(value) ? [] : [[metric.toUpperCase(), value]]
        }),
      ),
      baseline: baselines.includes(name),
    })),
  })
}

function chartOptions({ title, width }: ChartOptions): ChartOptions {
  return { ...(title === undefined ? {} : { title }), ...(width === undefined ? {} : { width }) }
}
