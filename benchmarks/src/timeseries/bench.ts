/**
 * `npm run bench -- timeseries`: the same model on the same data for as many steps of as many windows, in Darts and in
 * neuralforecast: a fit from nothing, and a backtest of a hundred folds.
 */
import type { Bench, BenchRow } from '../harness/bench.js'

const sizes = {
  rows: 10_000,
  lookback: 96,
  horizon: 24,
  hiddenSize: 64,
  batchSize: 64,
  epochs: 3,
  folds: 100,
}
const libraries = ['darts', 'neuralforecast'] as const
const models = ['lstm', 'linear'] as const

const rows = models.flatMap((model) =>
  libraries.flatMap((library): BenchRow[] => [
    {
      name: `${model}: fit, ${sizes.epochs} epochs, against ${library}`,
      case: 'forecast-fit',
      options: { ...sizes, model, library },
    },
    {
      name: `${model}: backtest, ${sizes.folds} folds, against ${library}`,
      case: 'forecast-backtest',
      options: { ...sizes, model, library },
    },
  ]),
)

export const timeseriesBench: Bench = { rows, requirements: ['darts', 'neuralforecast'] }
