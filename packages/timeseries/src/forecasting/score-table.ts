/** Scores of models as a table. */
import { textTable } from '@attentive/core'
import type { ForecastScores } from './scores.js'

interface Column {
  head: string
  value(scores: ForecastScores): number | null | undefined
  digits?: number
}

const errors: readonly Column[] = [
  { head: 'MAE', value: ({ mae }) => mae },
  { head: 'RMSE', value: ({ rmse }) => rmse },
  { head: 'sMAPE %', value: ({ smape }) => smape, digits: 2 },
  { head: 'MASE', value: ({ mase }) => mase, digits: 3 },
  { head: 'MSE std.', value: ({ standardised }) => standardised?.mse, digits: 4 },
  { head: 'MAE std.', value: ({ standardised }) => standardised?.mae, digits: 4 },
]

/**
 * A row for each model; columns that no model has are left out. `std.`: of values divided by the scale of the training
 * part; `in 90 %`: share of what came within the interval of that coverage.
 */
export function scoreTable(scores: Readonly<Record<string, ForecastScores>>): string {
  const all = Object.values(scores)
  const coverages = [...new Set(all.flatMap(({ intervals }) => intervals.map(({ coverage }) => coverage)))]
  const columns = [
    ...errors,
    ...coverages.map(
      (coverage): Column => ({
        head: `in ${Math.round(coverage * 1000) / 10} %`,
        value: ({ intervals }) => {
          const found = intervals.find((interval) => interval.coverage === coverage)
          return found && 100 * found.measured
        },
        digits: 1,
      }),
    ),
  ].filter(({ value }) => all.some((one) => Number.isFinite(value(one) ?? Number.NaN)))
  return textTable([
    ['', ...columns.map(({ head }) => head)],
    ...Object.entries(scores).map(([name, one]) => [
      name,
      ...columns.map(({ value, digits }) => figure(value(one), digits)),
    ]),
  ])
}

function figure(value: number | null | undefined, digits?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (digits !== undefined) return value.toFixed(digits)
  return Math.abs(value) >= 1000 || value === 0 ? value.toFixed(1) : Number(value.toPrecision(4)).toString()
}
