/** Residuals of forecasts (Hundman et al. 2018, "Detecting spacecraft anomalies using LSTMs and nonparametric dynamic thresholding"). */
import type { TrainResult } from '@attentive/core'
import { backtest } from '../forecasting/backtest.js'
import { NeuralForecaster } from '../forecasting/neural-forecaster.js'
import type { TimeSeries } from '../series/index.js'
import type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
import type { ParsedDetectorConfig } from './config.js'
import type { ResidualModel } from './residual-model.js'

type Method = Extract<ParsedDetectorConfig['method'], { name: 'forecast' }>

export class ForecastResiduals implements ResidualModel {
  private constructor(
    private readonly forecaster: NeuralForecaster,
    readonly channels: readonly string[],
  ) {}

  static create(
    method: Method,
    { scaler, training, seed }: ParsedDetectorConfig,
    channels: readonly string[],
    engine: EngineOptions,
  ): ForecastResiduals {
    const { network: model, lookback, horizon } = method
    const target = [...channels]
    const config = { model, lookback, horizon, target, scaler, training, seed }
    return new ForecastResiduals(new NeuralForecaster(config, engine), channels)
  }

  static async load(folder: string, engine: EngineOptions): Promise<ForecastResiduals> {
    const forecaster = await NeuralForecaster.load(folder, engine)
    return new ForecastResiduals(forecaster, forecaster.target as readonly string[])
  }

  get leastRows(): number {
    return this.forecaster.lookback + this.forecaster.horizon
  }

  fit(
    train: readonly TimeSeries[],
    validation: readonly TimeSeries[],
    run: TrainingRunOptions,
  ): Promise<TrainResult> {
    return this.forecaster.fit(train, { validation, ...run })
  }

  async residuals(series: TimeSeries): Promise<Float64Array> {
    const C = this.channels.length
    const residuals = new Float64Array(series.length * C).fill(Number.NaN)
    const { folds } = await backtest(this.forecaster, series, { stride: this.forecaster.horizon })
    for (const { origin, forecast, actual } of folds)
      for (const [at, value] of actual.values.entries())
        residuals[origin * C + at] = value - (forecast.values[at] as number)
    return residuals
  }

  save(folder: string): Promise<void> {
    return this.forecaster.save(folder)
  }

  dispose(): Promise<void> {
    return this.forecaster.dispose()
  }
}
