/** Errors of point forecasts by name: tables, command line and search take their choices from here. */
import { mae, mape, mse, type PointMetric, rmse, smape } from './point.js'

export interface PointMetricRow {
  summary: string
  fn: PointMetric
  /** `series`: as the values are measured. */
  unit: 'series' | 'series²' | '%'
}

export const pointMetrics = {
  mae: { summary: 'mean absolute error', fn: mae, unit: 'series' },
  mse: { summary: 'mean squared error', fn: mse, unit: 'series²' },
  rmse: { summary: 'root of the mean squared error', fn: rmse, unit: 'series' },
  mape: { summary: 'mean absolute percentage error', fn: mape, unit: '%' },
  smape: { summary: 'symmetric mean absolute percentage error', fn: smape, unit: '%' },
} as const satisfies Record<string, PointMetricRow>

export type PointMetricName = keyof typeof pointMetrics
