import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BaselineForecaster,
  backtest,
  ConformalForecaster,
  evaluate,
  type ForecastConfig,
  NeuralForecaster,
  splitSeries,
  TimeIndex,
  TimeSeries,
} from '../../src/index.js'

/** A daily season and a little noise. */
function seasonal(length: number, seed = 1): TimeSeries {
  let state = seed
  const noise = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647 - 0.5
  }
  return new TimeSeries({
    values: Float64Array.from(
      { length },
      (_, t) => 100 + 20 * Math.sin((2 * Math.PI * t) / 24) + 6 * noise(),
    ),
    channels: ['load'],
    index: TimeIndex.from({ start: '2024-01-01', frequency: '1h', length }),
  })
}

const settings: ForecastConfig = {
  model: { name: 'segrnn', hiddenSize: 16, segmentLength: 12, dropout: 0.1 },
  lookback: 48,
  horizon: 24,
  training: {
    batchSize: 32,
    epochs: 3,
    optimizer: { type: 'adam', learningRate: 1e-2 },
  },
}
const [train, validation, test] = splitSeries(seasonal(1200), [700, 250, 250], { overlap: 48 }) as [
  TimeSeries,
  TimeSeries,
  TimeSeries,
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-forecaster-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a forecaster of a season', () => {
  const output = () => join(folder, 'model')
  let forecaster: NeuralForecaster
  beforeAll(async () => {
    const training = { ...settings.training, epochs: 15 }
    forecaster = new NeuralForecaster({ ...settings, training, likelihood: { type: 'quantiles' } })
    await forecaster.fit(train, { validation, output: output() })
  }, 120_000)

  it('beats the seasonal naive forecast, which has the noise twice', async () => {
    const naive = new BaselineForecaster({ name: 'seasonal-naive', horizon: 24 })
    const options = { start: 48, coverages: [0.8] }
    const [own, theirs] = [await evaluate(forecaster, test, options), await evaluate(naive, test, options)]
    expect(own.windows).toBe(theirs.windows)
    expect(own.mae).toBeLessThan(0.95 * theirs.mae)
    expect(own.intervals[0]?.measured).toBeGreaterThan(0.6)
  })

  it('says the same after it was saved and loaded', async () => {
    const loaded = await NeuralForecaster.load(output())
    const options = { quantiles: [0.1, 0.9] }
    const [before, after] = [await forecaster.predict(test, options), await loaded.predict(test, options)]
    expect(after.values).toEqual(before.values)
    expect(after.interval(0.8)).toEqual(before.interval(0.8))
    expect(after.index.at(0)).toBe(test.index.at(test.length))
  })

  it('forecasts many histories as it does each', async () => {
    const histories = [test.slice(0, 60), test.slice(0, 100)]
    const together = await forecaster.predict(histories)
    for (const [i, history] of histories.entries()) {
      const alone = await forecaster.predict(history)
      for (const [at, value] of alone.values.entries()) expect(together[i]?.values[at]).toBeCloseTo(value, 3)
    }
  })

  it('sees nothing of what comes after an origin', async () => {
    const { folds } = await backtest(forecaster, test, { folds: 2 })
    const spoilt = test.map((value, t) => (t >= (folds[1]?.origin as number) ? -1000 : value))
    const again = await backtest(forecaster, spoilt, { folds: 2 })
    expect(again.folds.map(({ forecast }) => forecast.values)).toEqual(
      folds.map(({ forecast }) => forecast.values),
    )
  })

  it('is calibrated on a part that it was not trained on', async () => {
    const calibrated = await ConformalForecaster.calibrate(forecaster, validation, { coverages: [0.9] })
    const { intervals } = await evaluate(calibrated, test, { coverages: [0.9] })
    expect(intervals[0]?.measured).toBeGreaterThan(0.85)
    expect(intervals[0]?.measured).toBeLessThan(0.95)
  })

  it('refuses what it cannot do, and says why', async () => {
    await expect(forecaster.predict(test.slice(0, 40))).rejects.toThrow(/at least 48 rows/)
    await expect(forecaster.predict(test, { horizon: 25 })).rejects.toThrow(/1 … 24 steps/)
    await expect(forecaster.predict(test, { quantiles: [0.001] })).rejects.toThrow(/levels from 0.05/)
    const daily = test.with({
      index: TimeIndex.from({ start: '2024-01-01', frequency: '1d', length: test.length }),
    })
    await expect(forecaster.predict(daily)).rejects.toThrow(
      /frequency 1h, as in training, received 1d.*train a model for this/s,
    )
    const renamed = test.with({ channels: ['price'] })
    await expect(forecaster.predict(renamed)).rejects.toThrow(/a channel "load", received "price"/)
    await expect(forecaster.fit(train.slice(0, 60))).rejects.toThrow(/at least 72 rows/)
    await expect(new NeuralForecaster(settings).predict(test)).rejects.toThrow(/Call fit first/)
    expect(() => new NeuralForecaster({ ...settings, past: ['wind'] })).toThrow(/reads its targets alone/)
  })

  it('does not load what was changed', async () => {
    const path = join(output(), 'config.json')
    const config = await readFile(path, 'utf8')
    await writeFile(path, config.replace('"hiddenSize": 16', '"hiddenSize": 1000000'))
    await expect(NeuralForecaster.load(output())).rejects.toThrow(/checksum/)
    const unsigned = config
      .replace('"hiddenSize": 16', '"hiddenSize": 1000000')
      .replace(/,\s*"checksum": "[^"]*"/, '')
    await writeFile(path, unsigned)
    await expect(NeuralForecaster.load(output())).rejects.toThrow(/sizes of a network/)
    await writeFile(path, config)
  })
})

it('a run that is stopped and resumed ends with the weights of one that is not', async () => {
  const whole = new NeuralForecaster(settings)
  await whole.fit(train, { validation })
  const output = join(folder, 'resumed')
  const controller = new AbortController()
  const run = { validation, output, signal: controller.signal }
  const first = await new NeuralForecaster(settings).fit(train, {
    ...run,
    onProgress: ({ step }) => step === 25 && controller.abort(),
  })
  expect(first.stoppedBy).toBe('interrupt')
  const goOn = (changed: Partial<ForecastConfig['training']>, from = train) =>
    new NeuralForecaster({ ...settings, training: { ...settings.training, ...changed } }).fit(from, {
      validation,
      output,
      resume: true,
    })
  await expect(goOn({ batchSize: 7 })).rejects.toThrow(
    /config\.training\.batchSize: .*as when the run was started/,
  )
  await expect(goOn({}, train.slice(50))).rejects.toThrow(/fitted\..*as when the run was started/)
  const resumed = new NeuralForecaster(settings)
  const { resumedFrom } = await resumed.fit(train, { validation, output, resume: true })
  expect(resumedFrom).toBe(25)
  expect((await resumed.predict(test)).values).toEqual((await whole.predict(test)).values)
}, 120_000)

describe('covariates and static features', () => {
  /** Tomorrow is what the plan says, times the size of the plant. */
  const plant = (size: number, seed: number) => {
    const plan = seasonal(400, seed).map((value, t) => (t % (seed + 5)) + value / 100)
    const values = Float64Array.from(plan.values, (value) => size * value)
    return plan
      .with({ channels: ['plan'] })
      .withChannels(plan.with({ values, channels: ['output'] }))
      .with({ name: `plant ${size}`, statics: { size, kind: size > 1 ? 'large' : 'small' } })
  }
  const plants = [plant(1, 2), plant(3, 4)]
  const config: ForecastConfig = {
    model: { name: 'lstm-attention', hiddenSize: 24, dropout: 0 },
    lookback: 12,
    horizon: 6,
    target: ['output'],
    future: ['plan'],
    statics: ['size', 'kind'],
    windowNorm: 'none',
    training: { batchSize: 32, epochs: 12, optimizer: { type: 'adam', learningRate: 1e-2 } },
  }

  it('are read, and asked for', async () => {
    const forecaster = new NeuralForecaster(config)
    await forecaster.fit(plants.map((one) => one.slice(0, 350)))
    const naive = new BaselineForecaster({ name: 'naive', horizon: 6, target: ['output'] })
    const [own, theirs] = [
      await backtest(forecaster, plants, { start: 350 }),
      await backtest(naive, plants, { start: 350 }),
    ]
    expect(own.scores.mae).toBeLessThan(theirs.scores.mae / 3)
    const history = (plants[0] as TimeSeries).slice(0, 350)
    await expect(forecaster.predict(history)).rejects.toThrow(/plan for all 6 steps of the horizon/)
    const unknown = history.with({ statics: { size: 2, kind: 'middle' } })
    await expect(forecaster.predict(unknown, { future: plants[0] as TimeSeries })).rejects.toThrow(
      /categories seen in training: large, small, received middle/,
    )
  }, 120_000)

  it('must be known for the horizon, unless the last known value is to go on', async () => {
    const forecaster = new NeuralForecaster({ ...config, training: { ...config.training, epochs: 1 } })
    const [plant] = plants as [TimeSeries]
    await forecaster.fit(plant.slice(0, 200))
    const history = plant.slice(0, 300)
    const planFrom = (value: (plan: number, t: number) => number) =>
      plant.map((all, t, c) => (plant.channels[c] === 'plan' ? value(all, t) : all))
    const ended = planFrom((plan, t) => (t < 303 ? plan : Number.NaN))
    await expect(forecaster.predict(history, { future: ended })).rejects.toThrow(
      expect.objectContaining({
        argument: 'future',
        expected: 'plan for all 6 steps of the horizon, 2024-01-13 12:00 … 2024-01-13 17:00',
        received: 'plant 1: no plan at 2024-01-13 15:00',
        hint: expect.stringContaining('missingFuture: "previous"'),
      }),
    )
    const last = plant.channel('plan')[302] as number
    const carried = await forecaster.predict(history, { future: ended, missingFuture: 'previous' })
    const filled = await forecaster.predict(history, {
      future: planFrom((plan, t) => (t < 303 ? plan : last)),
    })
    expect(carried.values).toEqual(filled.values)
    const holes = planFrom((plan, t) => (t % 9 === 0 ? Number.NaN : plan))
    await expect(evaluate(forecaster, holes)).resolves.toMatchObject({ mae: expect.any(Number) })
    const unknown = { future: plant, missingFuture: 'linear' as 'previous' }
    await expect(forecaster.predict(history, unknown)).rejects.toThrow(
      /missingFuture: expected one of error, previous/,
    )
    await forecaster.dispose()
  }, 120_000)
})

it('missing targets are neither learnt from nor scored', async () => {
  const holes = seasonal(600).map((value, t) => (t % 7 === 0 ? Number.NaN : value))
  const forecaster = new NeuralForecaster({ ...settings, training: { ...settings.training, epochs: 1 } })
  const { history } = await forecaster.fit(holes.slice(0, 500), { validation: holes.slice(400) })
  expect(history.every((entry) => entry.type === 'training' || Number.isFinite(entry.metrics.loss))).toBe(
    true,
  )
  const scores = await evaluate(forecaster, holes)
  expect(scores.mae).toBeGreaterThan(0)
}, 60_000)
