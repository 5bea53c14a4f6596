/** The interface of all models: fitted to series, a history goes in and a forecast comes out. */
import type { TimeSeries } from '../series/index.js'
import type { Forecast } from './forecast.js'

export interface PredictOptions {
  /** Steps to be forecast. Default: those the model was made for; networks can do fewer, not more. */
  horizon?: number
  /** Channels known for the horizon: one series a history, which covers the steps after it. */
  future?: TimeSeries | readonly TimeSeries[]
  /**
   * What to do about values of the horizon that `future` lacks (NaN): `previous` carries the last known value on, as is
   * done in look-backs, in training and in backtests. Default `error`.
   */
  missingFuture?: 'error' | 'previous'
  /** Levels to be read from the forecast. Default none. */
  quantiles?: readonly number[]
  /** Paths to be drawn, by models that walk on samples (DeepAR). Default 200. */
  samples?: number
  /** Of what is drawn. Default 1. */
  seed?: number
}

export interface Forecaster {
  /** What it is called in tables. */
  readonly name: string
  /** Channels that it forecasts; null before it is fitted. */
  readonly target: readonly string[] | null
  /** Last rows of a history that it reads, and needs; null: it reads all there are. */
  readonly lookback: number | null
  /** Last rows of a history that it makes use of where there are as many, null: all. Default: the look-back. */
  readonly reach?: number | null
  /** Whether it says how uncertain it is: `predict` can be asked for quantiles. */
  readonly hasQuantiles: boolean
  /** Steps that it forecasts when not asked for another number. */
  readonly horizon: number
  /** Learns from one series or several. */
  fit(train: TimeSeries | readonly TimeSeries[], options?: FitOptions): Promise<unknown>
  /**
   * Forecasts what follows each history.
   * @throws DataError when a history is too short, lacks a channel or is of another frequency than what was trained on.
   * @throws InvalidArgumentError on options that the model cannot honour.
   */
  predict(history: TimeSeries, options?: PredictOptions): Promise<Forecast>
  predict(histories: readonly TimeSeries[], options?: PredictOptions): Promise<Forecast[]>
  /** Frees what it holds outside JavaScript's own memory, where it holds any. */
  dispose?(): Promise<void>
}

export interface FitOptions {
  /**
   * Later parts of the series, whose forecasts decide when training stops. Each begins with the look-back of its first
   * window, rows that belong to the training part: `splitSeries(…, { overlap: lookback })`.
   */
  validation?: TimeSeries | readonly TimeSeries[]
}
