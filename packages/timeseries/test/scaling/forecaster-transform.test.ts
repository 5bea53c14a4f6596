/** A network with a transform is one of transformed values, whose forecasts are transformed back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Rng } from '@attentive/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  evaluate,
  type Forecast,
  type ForecastConfig,
  NeuralForecaster,
  TimeIndex,
  TimeSeries,
} from '../../src/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-transform-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A season that grows with its level. */
function growing(name: string, level: number): TimeSeries {
  const rng = new Rng(level)
  return new TimeSeries({
    values: Float64Array.from({ length: 240 }, (_, t) =>
      Math.exp(level + t / 80 + 0.5 * Math.sin((2 * Math.PI * t) / 12) + 0.05 * rng.nextNormal()),
    ),
    channels: ['sold'],
    index: TimeIndex.from({ start: '2020-01-01', frequency: '1d', length: 240 }),
    name,
  })
}

const series = growing('shop', 1)
const config: ForecastConfig = {
  model: { name: 'linear', kernelSize: 5 },
  lookback: 24,
  horizon: 6,
  likelihood: { type: 'quantiles', levels: [0.1, 0.5, 0.9] },
  training: { batchSize: 32, epochs: 3, optimizer: { type: 'adam', learningRate: 1e-2 } },
}
const logarithms = (one: TimeSeries) => one.map((value) => Math.log(value))

function expectRestored(found: Forecast, ofLogarithms: Forecast): void {
  const near = (a: Float64Array | null, b: Float64Array | null) => {
    expect(a?.length).toBe(b?.length)
    for (const [i, value] of (b ?? []).entries())
      expect(Math.abs(Math.log(a?.[i] as number) - value)).toBeLessThan(1e-5)
  }
  near(found.values, ofLogarithms.values)
  near(found.samples, ofLogarithms.samples)
  for (const [level, values] of ofLogarithms.quantiles) near(found.quantiles.get(level) ?? null, values)
}

describe('a network of logarithms', () => {
  it.each<[string, Partial<ForecastConfig>]>([
    ['one scale for all', {}],
    ['a scale for each', { scaling: 'each' }],
    [
      'sampled paths',
      {
        model: { name: 'deepar', hiddenSize: 6 },
        likelihood: { type: 'gaussian' },
        training: { epochs: 1, windowsPerEpoch: 64 },
      },
    ],
  ])('forecasts what one does that is trained on logarithms: %s', async (_, changes) => {
    const settings = { ...config, ...changes }
    const panel = [series, growing('market', 2)]
    const own = new NeuralForecaster({ ...settings, transform: 'log' })
    await own.fit(panel)
    const other = new NeuralForecaster(settings)
    await other.fit(panel.map(logarithms))
    const options = { quantiles: [0.1, 0.9], samples: 21 }
    for (const history of [series, growing('unseen', 3)])
      expectRestored(await own.predict(history, options), await other.predict(logarithms(history), options))
  })

  it('has no scale for errors, and is scored in original units', async () => {
    const forecaster = new NeuralForecaster({ ...config, transform: 'log' })
    await forecaster.fit(series)
    expect(forecaster.scale).toBeNull()
    const scores = await evaluate(forecaster, series, { scale: forecaster.scale, coverages: [0.8] })
    expect(scores.standardised).toBeNull()
    expect(scores.mae).toBeGreaterThan(0)
  })

  it('names the value that has no logarithm, in training and later', async () => {
    const holes = series.map((value, t) => (t === 7 ? 0 : value))
    const forecaster = new NeuralForecaster({ ...config, transform: 'log' })
    await expect(forecaster.fit(holes)).rejects.toThrow(
      /values \(shop, sold, 2020-01-08\): expected values above 0 .* received 0\. Use the transform "log1p"/,
    )
    await forecaster.fit(series)
    await expect(forecaster.predict(series.map((value) => -value))).rejects.toThrow(/values above 0/)
    const missing = series.map((value, t) => (t % 5 === 0 ? Number.NaN : value))
    expect((await forecaster.predict(missing)).values.every(Number.isFinite)).toBe(true)
  })
})

describe('a Box–Cox transform', () => {
  const output = () => join(folder, 'model')
  let forecaster: NeuralForecaster
  beforeAll(async () => {
    forecaster = new NeuralForecaster({ ...config, transform: 'boxCox' })
    await forecaster.fit(series, { output: output() })
  })

  it('is saved with its λ', async () => {
    const { config } = JSON.parse(await readFile(join(output(), 'config.json'), 'utf8'))
    expect(config.fitted.transform.lambdas[0]).toBeLessThan(0.4) // near the logarithm, of which the series is made
    const loaded = await NeuralForecaster.load(output())
    const options = { quantiles: [0.1, 0.5, 0.9] }
    const [before, after] = [await forecaster.predict(series, options), await loaded.predict(series, options)]
    expect(after.values).toEqual(before.values)
    expect(after.quantiles).toEqual(before.quantiles)
    for (let h = 0; h < 6; h++) {
      const [low, middle, high] = options.quantiles.map((level) => after.quantile(level).values[h] as number)
      expect((low as number) <= (middle as number) && (middle as number) <= (high as number)).toBe(true)
    }
  })

  it('is refused with as many λ as there are no channels, or one out of range', async () => {
    await changed(output(), (saved) => saved.fitted.transform.lambdas.push(1))
    await expect(NeuralForecaster.load(output())).rejects.toThrow(
      /transform\.lambdas: expected 1 numbers, received 2/,
    )
    await changed(output(), (saved) => {
      saved.fitted.transform.lambdas = [-3]
    })
    await expect(NeuralForecaster.load(output())).rejects.toThrow(/lambdas/)
  })
})

it('a model that was saved before there were transforms and features loads, and forecasts as it did', async () => {
  const output = join(folder, 'old')
  const forecaster = new NeuralForecaster(config)
  await forecaster.fit(series, { output })
  await changed(output, ({ config, fitted }) => {
    for (const name of ['transform', 'calendar', 'holidays', 'fourier']) delete config[name]
    delete fitted.transform
  })
  const loaded = await NeuralForecaster.load(output)
  expect((await loaded.predict(series)).values).toEqual((await forecaster.predict(series)).values)
})

it('counts are not transformed', () => {
  const counts = { ...config, model: { name: 'deepar' }, likelihood: { type: 'negativeBinomial' } } as const
  expect(() => new NeuralForecaster({ ...counts, transform: 'log1p' })).toThrow(
    /must be none with a negative binomial/,
  )
})

/** Changes the settings of a model folder, unsigned. */
async function changed(
  output: string,
  // biome-ignore lint/suspicious/noExplicitAny: JSON of a file
  change: (config: any) => void,
): Promise<void> {
  const path = join(output, 'config.json')
  const { checksum: _, ...saved } = JSON.parse(await readFile(path, 'utf8'))
  change(saved.config)
  await writeFile(path, JSON.stringify(saved))
}
