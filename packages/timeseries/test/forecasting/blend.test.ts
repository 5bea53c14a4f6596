/** Blends: weights by hand, none on what is random, all on what is regular, and folders. */
import '@tensorflow/tfjs-backend-cpu'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError, DataError, InvalidArgumentError, Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { blendWeights } from '../../src/forecasting/blend/weights.js'
import {
  BaselineForecaster,
  BlendedForecaster,
  ConformalForecaster,
  evaluate,
  type Forecaster,
  NeuralForecaster,
} from '../../src/forecasting/index.js'
import { TimeSeries } from '../../src/series/index.js'

const period = 24
const sine = (length: number) => Array.from({ length }, (_, t) => Math.sin((2 * Math.PI * t) / period))

function walk(length: number, seed: number): number[] {
  const rng = new Rng(seed)
  let price = 0
  return Array.from({ length }, () => {
    price += rng.nextNormal()
    return price
  })
}

const series = (...channels: number[][]) =>
  new TimeSeries({
    values: (channels[0] ?? []).flatMap((_, t) => channels.map((channel) => channel[t] as number)),
    channels: channels.map((_, c) => `x${c}`),
  })

/** Stands for a network: exact on a season of 24 hours. */
function seasonal(horizon: number, target = ['x0'], name = 'seasonal-naive' as const): Forecaster {
  return new BaselineForecaster({ name, horizon, target, period })
}

const drift = (horizon: number, target = ['x0']) => new BaselineForecaster({ name: 'drift', horizon, target })

function linear(settings: { horizon?: number; seed?: number; target?: string[] } = {}): NeuralForecaster {
  return new NeuralForecaster({
    model: { name: 'linear', kernelSize: 5 },
    lookback: 24,
    horizon: 4,
    training: { epochs: 3, optimizer: { type: 'adam', learningRate: 0.01 } },
    ...settings,
  })
}

function average(weights: Float32Array | null): number {
  const known = weights ?? new Float32Array()
  return known.reduce((sum, s) => sum + s, 0) / known.length
}

describe('blendWeights', () => {
  it('are least squares, halved by a shrinkage of 1, and held between 0 and 1', () => {
    const moments = { size: Float64Array.of(2, 2, 2, 2), product: Float64Array.of(1, 1.5, -1, 6) }
    const weights = (shrinkage: number, byChannel: boolean) => [
      ...blendWeights(moments, 4, { shrinkage, reach: 10, byChannel }),
    ]
    expect(weights(0, true)).toEqual([0.5, 0.75, 0, 1])
    expect(weights(1, true)).toEqual([0.25, 0.375, 0, 1])
    expect(weights(1, false)).toEqual(new Array(4).fill(7.5 / 8 / 2))
    expect(weights(Number.POSITIVE_INFINITY, true)).toEqual([0, 0, 0, 0])
  })

  it('solve the equations of neighbours that hold on to each other', () => {
    const [size, product] = [Float64Array.of(1, 2, 4, 1), Float64Array.of(0.4, 0.9, 2, 0.3)]
    const [shrinkage, reach] = [0.5, 1.5]
    const s = blendWeights({ size, product }, 1, { shrinkage, reach, byChannel: true })
    const mean = 2
    for (const h of size.keys()) {
      const pulls = [h - 1, h + 1].filter((k) => k in s).map((k) => (s[h] as number) - (s[k] as number))
      const pull = pulls.reduce((sum, difference) => sum + difference, 0)
      const own = (size[h] as number) + shrinkage * mean
      expect(own * (s[h] as number) + reach ** 2 * mean * pull).toBeCloseTo(product[h] as number, 5)
    }
  })

  it('are even over the horizon when the reach is long', () => {
    const moments = { size: new Float64Array(5).fill(1), product: Float64Array.of(0, 1, 0, 1, 0.5) }
    const weights = blendWeights(moments, 1, { shrinkage: 0, reach: 1000, byChannel: true })
    for (const s of weights) expect(s).toBeCloseTo(0.5, 4)
  })

  it('are 0 where nothing departs from the simple method', () => {
    const nothing = { size: new Float64Array(2), product: new Float64Array(2) }
    const weights = blendWeights(nothing, 1, { shrinkage: 0.25, reach: 1, byChannel: true })
    expect([...weights]).toEqual([0, 0])
  })
})

describe('BlendedForecaster', () => {
  it('forecasts a clean wave as the network does', async () => {
    const blended = await BlendedForecaster.learn(seasonal(12), series(sine(240)), { start: period })
    for (const s of blended.weights ?? []) expect(s).toBeGreaterThan(0.98)
  })

  it('stays at the last value of a random walk', async () => {
    const weights: number[] = []
    for (let seed = 1; seed <= 20; seed++) {
      const blended = await BlendedForecaster.learn(drift(12), series(walk(400, seed)), { start: 60 })
      weights.push(average(blended.weights))
    }
    expect(weights.filter((weight) => weight === 0).length).toBeGreaterThanOrEqual(16)
    const blended = await BlendedForecaster.learn(drift(12), series(walk(400, 1)), { start: 60 })
    const history = series(walk(30, 9))
    const { values } = await blended.predict(history)
    expect([...values]).toEqual(new Array(12).fill(history.values[29]))
  })

  it('tells channels apart where it can', async () => {
    const both = series(sine(500), walk(500, 3))
    const network = seasonal(6, ['x0', 'x1'])
    const { weights } = await BlendedForecaster.learn(network, both, { start: period })
    const ofChannel = (c: number) => average((weights as Float32Array).filter((_, at) => at % 2 === c))
    expect(ofChannel(0)).toBeGreaterThan(0.95)
    expect(ofChannel(1)).toBeLessThan(0.2)
  })

  it('leaves out what is not known, and channels that the simple method knows', async () => {
    const holes = sine(300).map((value, t) => (t % 17 === 0 ? Number.NaN : value))
    const blended = await BlendedForecaster.learn(
      seasonal(6, ['x0', 'x1']),
      series(holes, new Array(300).fill(7)),
      { start: 48 },
    )
    const [forecast] = await blended.predict([series(sine(48), new Array(48).fill(7))])
    expect(average(blended.weights)).toBeGreaterThan(0.5)
    for (let h = 0; h < 6; h++) expect(forecast?.values[2 * h + 1]).toBe(7)
  })

  it('blends the mean of several networks, and quantiles like points', async () => {
    const target = ['x0']
    const flat = new BaselineForecaster({ name: 'mean', horizon: 3, target })
    const data = series(sine(200))
    const blended = await BlendedForecaster.learn([seasonal(3), flat], data, { start: period })
    const history = series(sine(31))
    const asked = { quantiles: [0.1], horizon: 2 }
    const [f1, f2, b, y] = await Promise.all(
      [seasonal(3), flat, new BaselineForecaster({ name: 'naive', horizon: 3, target }), blended].map((one) =>
        one.predict(history, asked),
      ),
    )
    const weights = blended.weights as Float32Array
    expect(average(weights)).toBeGreaterThan(0)
    for (let h = 0; h < 2; h++) {
      const expected = (of: (forecast: typeof y) => Float64Array | undefined) => {
        const at = (forecast: typeof y) => of(forecast)?.[h] as number
        return at(b) + (weights[h] as number) * ((at(f1) + at(f2)) / 2 - at(b))
      }
      expect(y?.length).toBe(2)
      expect(y?.values[h]).toBeCloseTo(
        expected((forecast) => forecast?.values),
        12,
      )
      expect(y?.quantile(0.1).values[h]).toBeCloseTo(
        expected((forecast) => forecast?.quantile(0.1).values),
        12,
      )
    }
  })

  it('is scored, and calibrated, like any forecaster', async () => {
    const noisy = series(sine(600).map((value, t) => value + 0.2 * Math.sin(t * t)))
    const network = linear()
    await network.fit(noisy.slice(0, 300))
    const blended = await BlendedForecaster.learn(network, noisy.slice(0, 450), { start: 300 })
    expect(blended.lookback).toBe(24)
    const test = { start: 450 }
    const scores = await evaluate(blended, noisy, test)
    const naive = await evaluate(new BaselineForecaster({ name: 'naive', horizon: 4 }), noisy, test)
    expect(scores.mse).toBeLessThan(naive.mse)
    await expect(blended.predict(noisy, { quantiles: [0.1] })).rejects.toThrow(/ConformalForecaster/)
    const calibrated = await ConformalForecaster.calibrate(blended, noisy.slice(276, 450), {
      coverages: [0.8],
      adapt: { windows: 5 },
    })
    const { intervals } = await evaluate(calibrated, noisy, { ...test, coverages: [0.8] })
    expect(intervals[0]?.measured).toBeGreaterThan(0.6)
    const folder = await mkdtemp(join(tmpdir(), 'attentive-calibrated-blend-'))
    try {
      await calibrated.save(folder)
      const loaded = await ConformalForecaster.load(folder, { adapt: { windows: 5 } })
      expect(loaded.base).toBeInstanceOf(BlendedForecaster)
      const history = noisy.slice(0, 500)
      const upper = async (forecaster: ConformalForecaster) =>
        (await forecaster.predict(history, { quantiles: [0.9] })).quantile(0.9).values
      const [expected, found] = [await upper(calibrated), await upper(loaded)]
      for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4)
      await loaded.dispose()
    } finally {
      await rm(folder, { recursive: true })
    }
    await blended.dispose()
  })

  it('refuses networks that do not belong together, and what cannot be learnt or asked', async () => {
    const data = series(sine(200), sine(200))
    const make = (...networks: Forecaster[]) => new BlendedForecaster(networks)
    expect(() => make()).toThrow(/networks: expected at least one/)
    expect(() => make(seasonal(3), seasonal(4))).toThrow(/horizons 3, 4/)
    expect(() => new BlendedForecaster(seasonal(3), { stride: 0 })).toThrow(/stride/)
    expect(() => new BlendedForecaster(seasonal(3), { start: -1 })).toThrow(/start/)
    expect(() => new BlendedForecaster(seasonal(3), { simple: { name: 'best' as 'naive' } })).toThrow(
      /one of naive/,
    )
    const learn = (networks: Forecaster[], from: TimeSeries) => BlendedForecaster.learn(networks, from)
    await expect(learn([seasonal(3), seasonal(3, ['x1'])], data)).rejects.toThrow(/same channels/)
    await expect(learn([linear()], data)).rejects.toThrow(/networks: expected fitted ones/)
    await expect(learn([seasonal(24)], data.slice(0, 70))).rejects.toThrow(DataError)
    const untrained = make(seasonal(3))
    await expect(untrained.predict(data)).rejects.toThrow(/fit first/)
    await expect(untrained.save('nowhere')).rejects.toThrow(InvalidArgumentError)
    await expect(untrained.fit(data)).rejects.toThrow(/validation: expected a later part/)
    await untrained.fit(data, { validation: data })
    await expect(untrained.predict(data, { horizon: 4 })).rejects.toThrow(/1 … 3 steps/)
    await expect(untrained.save('nowhere')).rejects.toThrow(/a blend of NeuralForecasters/)
  })
})

describe('the folder of a blend', () => {
  it('gives the same numbers again, and is refused when a network is another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attentive-blend-'))
    const before = tf.memory().numTensors
    try {
      const data = series(sine(500).map((value, t) => value + 0.1 * Math.cos(t * t)))
      const blended = new BlendedForecaster([linear({ seed: 1 }), linear({ seed: 2 })], {
        simple: { name: 'seasonal-naive', period: 5 },
      })
      await blended.fit(data.slice(0, 300), { validation: data.slice(276, 400) })
      expect(average(blended.weights)).toBeGreaterThan(0)
      await blended.save(join(folder, 'blend'))
      const loaded = await BlendedForecaster.load(join(folder, 'blend'))
      const history = data.slice(0, 450)
      expect((await loaded.predict(history)).values).toEqual((await blended.predict(history)).values)
      expect(loaded.target).toEqual(['x0'])
      expect(loaded.name).toBe('linear and seasonal-naive')
      await loaded.dispose()
      await blended.dispose()

      const others = linear({ seed: 2, horizon: 3 })
      await others.fit(data)
      await others.save(join(folder, 'blend/network-2'))
      await others.dispose()
      await expect(BlendedForecaster.load(join(folder, 'blend'))).rejects.toThrow(
        /network-2: expected .* 4 steps/,
      )
      await cp(join(folder, 'blend/network-1'), join(folder, 'blend/network-2'), { recursive: true })
      await expect(BlendedForecaster.load(join(folder, 'blend'))).rejects.toThrow(
        /network-2: expected the network/,
      )
      await rm(join(folder, 'blend/network-2'), { recursive: true })
      await expect(BlendedForecaster.load(join(folder, 'blend'))).rejects.toThrow(CheckpointError)
      expect(tf.memory().numTensors).toBe(before)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
