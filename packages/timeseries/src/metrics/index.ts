export { scoreByHorizon, type WindowShape } from './by-horizon.js'
export {
  averagePrecision,
  type DetectionScores,
  detectionDelay,
  eventDetection,
  type Marks,
  pointAdjustedDetection,
  pointDetection,
  type RowSpan,
  rangeDetection,
  rocArea,
  spansOfMarks,
} from './detection.js'
export { bias, mae, mape, mse, type PointMetric, rmse, smape } from './point.js'
export {
  coverage,
  crpsFromQuantiles,
  crpsFromSamples,
  crpsGaussian,
  intervalScore,
  intervalWidth,
  pinball,
  type QuantileForecasts,
  weightedQuantileLoss,
} from './probabilistic.js'
export { type PointMetricName, type PointMetricRow, pointMetrics } from './registry.js'
export { type AverageScores, type MaseOptions, mase, owa, seasonalScale } from './scaled.js'
