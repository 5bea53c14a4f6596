export { type AnomaliesChartOptions, anomaliesChart } from './anomalies-chart.js'
export { type BacktestChartOptions, backtestChart, type ChartFold } from './backtest-chart.js'
export { type ChangePointsChartOptions, changePointsChart } from './change-points-chart.js'
export type { Chart, ChartOptions } from './chart.js'
export {
  type ComparisonChartOptions,
  type ComparisonMetric,
  type ComparisonRow,
  comparisonChart,
  type Score,
} from './comparison-chart.js'
export type { ChannelOptions, ChartChannel, TimeSpan } from './event-chart.js'
export {
  type ForecastChartOptions,
  type ForecastPanel,
  forecastChart,
  type TimedValues,
} from './forecast-chart.js'
export {
  type HorizonErrorChartOptions,
  type HorizonErrors,
  horizonErrorChart,
} from './horizon-error-chart.js'
export type { Interval } from './intervals.js'
export { type LookbackAttentionChartOptions, lookbackAttentionChart } from './lookback-attention-chart.js'
export { type ResidualsChartOptions, residualsChart } from './residuals-chart.js'
export type { Time } from './times.js'
