export type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
export { type Backtest, type BacktestOptions, backtest, evaluate, type Fold } from './backtest.js'
export { BaselineForecaster, type BaselineOptions } from './baseline-forecaster.js'
export { BlendedForecaster, type BlendOptions } from './blend/index.js'
export { type ForecastConfig, type ParsedForecastConfig, parseForecastConfig } from './config.js'
export {
  type AdaptOptions,
  ConformalForecaster,
  type ConformalOptions,
  isCalibrated,
} from './conformal/index.js'
export {
  type DrawAttentionOptions,
  type DrawBacktestOptions,
  type DrawForecastOptions,
  type DrawResidualsOptions,
  drawAttention,
  drawBacktest,
  drawComparison,
  drawErrorsByHorizon,
  drawForecast,
  drawForecasts,
  drawResiduals,
} from './draw.js'
export { Forecast, intervalLevels, type LookbackAttention } from './forecast.js'
export type { FitOptions, Forecaster, PredictOptions } from './forecaster.js'
export { loadNetworkOrBlend } from './load.js'
export { type NetworkName, networkNames } from './networks/index.js'
export { type FitNetworkOptions, NeuralForecaster } from './neural-forecaster.js'
export { scoreTable } from './score-table.js'
export type { ForecastScores, ScoreOptions } from './scores.js'
export { forecastsCsv, writeForecasts } from './write.js'
