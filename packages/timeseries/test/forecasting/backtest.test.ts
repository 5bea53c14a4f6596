/** Origins, groups and progress of backtests. */
import { expect, it } from 'vitest'
import { BaselineForecaster, backtest, TimeSeries } from '../../src/index.js'

it('forecasts from all origins, one after the other, in groups that it tells about', async () => {
  const series = new TimeSeries({ values: Array.from({ length: 601 }, (_, t) => t) })
  const told: [done: number, folds: number][] = []
  const { folds } = await backtest(new BaselineForecaster({ name: 'naive', horizon: 1 }), series, {
    onProgress: (...progress) => told.push(progress),
  })
  expect(folds.map(({ origin }) => origin)).toEqual(Array.from({ length: 600 }, (_, i) => i + 1))
  expect(folds.map(({ forecast }) => forecast.values[0])).toEqual(Array.from({ length: 600 }, (_, i) => i))
  expect(told).toEqual([
    [256, 600],
    [512, 600],
    [600, 600],
  ])
})
