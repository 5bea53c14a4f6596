import type { TimeSeries } from '../series/index.js'
import { isList, listOf } from '../series/lists.js'
import type { Forecast } from './forecast.js'
import type { FitOptions, Forecaster, PredictOptions } from './forecaster.js'

/** A forecaster that is written for many histories, and asked for one or many. */
export abstract class BaseForecaster implements Forecaster {
  abstract readonly name: string
  abstract readonly target: readonly string[] | null
  abstract readonly lookback: number | null
  abstract readonly hasQuantiles: boolean
  abstract readonly horizon: number

  abstract fit(train: TimeSeries | readonly TimeSeries[], options?: FitOptions): Promise<unknown>

  /** What follows each history. */
  protected abstract predictAll(
    histories: readonly TimeSeries[],
    options: PredictOptions,
  ): Promise<Forecast[]>

  predict(history: TimeSeries, options?: PredictOptions): Promise<Forecast>
  predict(histories: readonly TimeSeries[], options?: PredictOptions): Promise<Forecast[]>
  async predict(
    histories: TimeSeries | readonly TimeSeries[],
    options: PredictOptions = {},
  ): Promise<Forecast | Forecast[]> {
    const forecasts = await this.predictAll(listOf(histories), options)
    return isList(histories) ? forecasts : (forecasts[0] as Forecast)
  }
}
