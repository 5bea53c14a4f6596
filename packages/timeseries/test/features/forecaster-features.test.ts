/** Forecasters that make features of times themselves. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Rng } from '@attentive/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseForecastConfig } from '../../src/forecasting/config.js'
import { learnFrom, networkSizes, prepare } from '../../src/forecasting/fitted.js'
import { Windows } from '../../src/forecasting/windows.js'
import {
  calendarFeatures,
  evaluate,
  type ForecastConfig,
  fourierFeatures,
  NeuralForecaster,
  TimeIndex,
  TimeSeries,
} from '../../src/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-features-'))
})
afterAll(() => rm(folder, { recursive: true }))

const index = TimeIndex.from({ start: '2023-01-01', frequency: '1d', length: 500 })
const rng = new Rng(3)
const holidays = index
  .times()
  .map(String)
  .filter(() => rng.next() < 0.25)
const isHoliday = new Set(holidays)
/** What is sold depends on holidays, which come as they like. */
const shop = new TimeSeries({
  values: Float64Array.from({ length: 500 }, (_, t) => (isHoliday.has(index.at(t) as string) ? 10 : 2)),
  channels: ['sold'],
  index,
})

const config: ForecastConfig = {
  model: { name: 'lstm-attention', hiddenSize: 12, dropout: 0 },
  lookback: 6,
  horizon: 3,
  calendar: ['holiday', 'weekday'],
  holidays,
  windowNorm: 'none',
  training: { batchSize: 32, epochs: 15, optimizer: { type: 'adam', learningRate: 1e-2 } },
}

it('a network sees the calendar of the horizon, with no future series, and after it was saved', async () => {
  const output = join(folder, 'calendar')
  const forecaster = new NeuralForecaster(config)
  await forecaster.fit(shop.slice(0, 400), { output })
  const { mae } = await evaluate(forecaster, shop, { start: 400 })
  expect(mae).toBeLessThan(0.5) // the best that is blind to holidays has 2
  const loaded = await NeuralForecaster.load(output)
  const history = shop.slice(0, 430)
  expect((await loaded.predict(history)).values).toEqual((await forecaster.predict(history)).values)

  const path = join(output, 'config.json')
  const { checksum: _, ...saved } = JSON.parse(await readFile(path, 'utf8'))
  saved.config.config.fourier = [{ period: 4e9, order: 1e9 }]
  await writeFile(path, JSON.stringify(saved))
  await expect(NeuralForecaster.load(output)).rejects.toThrow(/sizes of a network/)
}, 60_000)

it('features stand after the covariates, for look-back and horizon, over a change of clocks', () => {
  const hourly = TimeIndex.from({
    start: '2024-03-30 12:00',
    frequency: '1h',
    length: 40,
    timeZone: 'Europe/Berlin',
  })
  const series = new TimeSeries({
    values: Array.from({ length: 40 }, (_, t) => [t, t % 3, t % 5]),
    channels: ['load', 'wind', 'plan'],
    index: hourly,
  })
  const settings = parseForecastConfig({
    model: { name: 'seq2seq', hiddenSize: 4 },
    lookback: 8,
    horizon: 4,
    past: ['wind'],
    future: ['plan'],
    calendar: ['hour'],
    fourier: [{ period: 24, order: 2 }],
  })
  const fitted = learnFrom([series], settings)
  const sizes = networkSizes(fitted, settings, 1)
  expect([sizes.pastCovariates, sizes.futureCovariates]).toEqual([1, 7])
  const windows = new Windows([prepare(series, fitted, settings)], sizes)
  const { covariates, future } = windows.inputs([{ series: 0, row: 12 }]) // 31 March, 0:00
  const hours = calendarFeatures(hourly, ['hour']).values
  const waves = fourierFeatures(hourly, { period: 24, order: 2 }).values
  for (let h = 0; h < 4; h++) {
    const t = 12 + h
    const features = Float32Array.from([...hours.slice(2 * t, 2 * t + 2), ...waves.slice(4 * t, 4 * t + 4)])
    expect(future?.data.slice(7 * h + 1, 7 * h + 7)).toEqual(features)
  }
  expect(covariates?.shape).toEqual([1, 8, 8])
  const atFour = 2 * (12 + 2) // the clocks show 3:00 at the third hour of the day
  expect(Math.atan2(hours[atFour] as number, hours[atFour + 1] as number)).toBeCloseTo(
    (2 * Math.PI * 3) / 24,
    9,
  )
})

it('a sampling network reads them as well', async () => {
  const forecaster = new NeuralForecaster({
    ...config,
    model: { name: 'deepar', hiddenSize: 8 },
    likelihood: { type: 'gaussian' },
    training: { ...config.training, epochs: 10 },
  })
  await forecaster.fit(shop.slice(0, 400))
  const { mae } = await evaluate(forecaster, shop, { start: 400 })
  expect(mae).toBeLessThan(1)
}, 60_000)

it.each<[Partial<ForecastConfig>, RegExp]>([
  [
    { model: { name: 'segrnn' } },
    /calendar, fourier: expected none with model "segrnn".*received holiday, weekday/,
  ],
  [{ calendar: ['hour'], holidays }, /must be none without the calendar feature/],
  [{ holidays: [] }, /must have at least one day/],
  [{ holidays: ['2024-13-01'] }, /holidays/],
  [{ calendar: ['hour', 'hour'], holidays: [] }, /each once/],
  [{ fourier: [{ period: 7, order: 4 }] }, /order must be half the period at most/],
])('%j is refused', (changes, message) => {
  expect(() => new NeuralForecaster({ ...config, ...changes })).toThrow(message)
})

it('counted steps have no calendar', async () => {
  const counted = shop.with({ index: TimeIndex.steps(500) })
  await expect(new NeuralForecaster(config).fit(counted)).rejects.toThrow(/steps in calendar time/)
})
