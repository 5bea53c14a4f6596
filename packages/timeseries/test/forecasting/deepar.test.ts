/** DeepAR from outside: paths, quantiles, counts, covariates, seeds. */
import '@tensorflow/tfjs-backend-cpu'
import { InvalidArgumentError, Rng } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { evaluate, type ForecastConfig, NeuralForecaster } from '../../src/forecasting/index.js'
import { splitSeries, TimeIndex, TimeSeries } from '../../src/series/index.js'

const config = (extra: Partial<ForecastConfig> = {}): ForecastConfig => ({
  model: { name: 'deepar', hiddenSize: 16, numLayers: 1, dropout: 0 },
  lookback: 14,
  horizon: 7,
  likelihood: { type: 'gaussian' },
  windowNorm: 'standard',
  training: { epochs: 12, batchSize: 32, optimizer: { type: 'adam', learningRate: 1e-2 }, patience: 0 },
  ...extra,
})

/** A week's rhythm with noise of a known size. */
function weekly(length: number, noise: number): TimeSeries {
  const rng = new Rng(5)
  const values = Array.from(
    { length },
    (_, t) => 10 + 3 * Math.sin((2 * Math.PI * t) / 7) + noise * rng.nextNormal(),
  )
  return new TimeSeries({ values, index: TimeIndex.from({ start: '2024-01-01', frequency: '1d', length }) })
}

describe('DeepAR', () => {
  it('draws paths whose spread is that of the noise, and whose quantiles hold what comes', async () => {
    const [train, test] = splitSeries(weekly(700, 0.5), [0.7, 0.3], { overlap: 14 }) as [
      TimeSeries,
      TimeSeries,
    ]
    const forecaster = new NeuralForecaster(config())
    await forecaster.fit(train)
    const scores = await evaluate(forecaster, test, { stride: 7, coverages: [0.8] })
    expect(scores.mae).toBeLessThan(0.65)
    expect(scores.intervals[0]?.measured).toBeGreaterThan(0.68)
    expect(scores.intervals[0]?.measured).toBeLessThan(0.92)

    const history = test.slice(0, 14)
    const once = await forecaster.predict(history, { samples: 50, quantiles: [0.1, 0.9] })
    const again = await forecaster.predict([weekly(14, 1), history], { samples: 50, quantiles: [0.1, 0.9] })
    expect(once.samples).toHaveLength(50 * 7)
    expect(again[1]?.samples).toEqual(once.samples)
    expect(again[1]?.quantile(0.9).values).toEqual(once.quantile(0.9).values)
    const other = await forecaster.predict(history, { samples: 50, seed: 2 })
    expect(other.samples).not.toEqual(once.samples)
    await forecaster.dispose()
  })

  it('forecasts counts as counts, with what is known of the days ahead', async () => {
    const rng = new Rng(11)
    const length = 600
    const rows = Array.from({ length }, (_, t) => {
      const sale = Number(rng.next() < 0.3)
      const mean = 4 + 8 * sale + 2 * Math.sin((2 * Math.PI * t) / 7)
      return [Math.round(Math.max(0, mean + Math.sqrt(mean) * rng.nextNormal())), sale]
    })
    const index = TimeIndex.from({ start: '2024-01-01', frequency: '1d', length })
    const series = new TimeSeries({ values: rows, channels: ['sold', 'sale'], index })
    const forecaster = new NeuralForecaster(
      config({
        likelihood: { type: 'negativeBinomial' },
        windowNorm: 'mean',
        target: ['sold'],
        future: ['sale'],
      }),
    )
    await forecaster.fit(series.slice(0, 500))
    const forecast = await forecaster.predict(series.slice(0, 550), {
      future: series,
      quantiles: [0.05, 0.95],
    })
    expect(forecast.samples?.every((value) => Number.isInteger(value) && value >= 0)).toBe(true)
    const onSale = (wanted: number) =>
      forecast.values
        .filter((_, h) => series.channel('sale')[550 + h] === wanted)
        .reduce((a, b) => Math.max(a, b), 0)
    expect(onSale(1)).toBeGreaterThan(onSale(0) + 2)
    await forecaster.dispose()
  })

  it('refuses what it cannot do', () => {
    const make = (extra: Partial<ForecastConfig>) => () => new NeuralForecaster(config(extra))
    expect(make({ likelihood: { type: 'point' } })).toThrow(/a distribution with model "deepar"/)
    expect(make({ past: ['wind'] })).toThrow(InvalidArgumentError)
    expect(make({ likelihood: { type: 'negativeBinomial' }, scaler: 'standard' })).toThrow(/one of counts/)
  })
})
