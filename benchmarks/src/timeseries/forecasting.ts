/** Our side: a forecaster fitted for some epochs, and a trained one backtested from many origins. */
import { backtest, NeuralForecaster, splitSeries, type TimeSeries } from '@attentive/timeseries'
import type { CaseOptions } from '../harness/protocol.js'
import type { PreparedCase } from '../worker.js'
import { madeUpSeries } from './made-up.js'

interface Sizes {
  rows: number
  lookback: number
  horizon: number
  hiddenSize: number
  batchSize: number
  epochs: number
  folds: number
}

function setUp(options: CaseOptions, threads: number) {
  const { model } = options
  const { rows, lookback, horizon, hiddenSize, batchSize, epochs, folds } = options as unknown as Sizes
  const [train, test] = splitSeries(madeUpSeries(rows), [rows - folds - horizon, folds + horizon], {
    overlap: lookback,
  }) as [TimeSeries, TimeSeries]
  const create = () =>
    new NeuralForecaster(
      {
        model: model === 'linear' ? { name: 'linear' } : { name: 'lstm', hiddenSize, dropout: 0 },
        lookback,
        horizon,
        windowNorm: 'none',
        training: { batchSize, epochs, patience: 0, optimizer: { type: 'adam', learningRate: 1e-3 } },
      },
      { threads },
    )
  return { train, test, create, folds }
}

/** From nothing to a trained model: windows, compiling and all. */
export async function prepareFit(options: CaseOptions, threads: number): Promise<PreparedCase> {
  const { train, create } = setUp(options, threads)
  const run = async () => {
    const forecaster = create()
    const { history } = await forecaster.fit(train)
    await forecaster.dispose()
    return history.length
  }
  return { run, title: 'attentive' }
}

/** Forecasts from the last origins, one row apart, and their errors. */
export async function prepareBacktest(options: CaseOptions, threads: number): Promise<PreparedCase> {
  const { train, test, create, folds } = setUp({ ...options, epochs: 1 }, threads)
  const forecaster = create()
  await forecaster.fit(train)
  const run = async () => (await backtest(forecaster, test, { folds, stride: 1 })).scores.mae
  return { run, title: 'attentive' }
}
