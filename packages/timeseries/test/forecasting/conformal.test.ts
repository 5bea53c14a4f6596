/** Conformal intervals: exact ranks, coverage where what comes is alike, and where it changes. */
import '@tensorflow/tfjs-backend-cpu'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError, DataError, InvalidArgumentError, Rng } from '@attentive/core'
import { describe, expect, it, vi } from 'vitest'
import {
  BaselineForecaster,
  ConformalForecaster,
  evaluate,
  isCalibrated,
  NeuralForecaster,
} from '../../src/forecasting/index.js'
import { TimeSeries } from '../../src/series/index.js'

/** Noise around 0, of a size that may change. */
function noise(length: number, size: (t: number) => number, seed = 1): TimeSeries {
  const rng = new Rng(seed)
  return new TimeSeries({ values: Array.from({ length }, (_, t) => size(t) * rng.nextNormal()) })
}

const mean = (horizon: number) => new BaselineForecaster({ name: 'mean', horizon })

describe('ConformalForecaster', () => {
  it('takes the ⌈(n + 1)(1 − α)⌉-th smallest distance', async () => {
    // The naive forecast of 0, 1, 3, 6, 10, … is off by 1, 2, 3, 4, …
    const values = Array.from({ length: 21 }, (_, t) => (t * (t + 1)) / 2)
    const naive = new BaselineForecaster({ name: 'naive', horizon: 1 })
    const calibrated = await ConformalForecaster.calibrate(pointsOnly(naive), new TimeSeries({ values }), {
      coverages: [0.8],
    })
    const history = new TimeSeries({ values: [5] })
    const { lower, upper } = (await calibrated.predict(history, { quantiles: [0.1, 0.9] })).interval(0.8)
    // 20 windows with distances 1 … 20: rank ⌈21 · 0.8⌉ = 17.
    expect([lower.values[0], upper.values[0]]).toEqual([5 - 17, 5 + 17])
  })

  it('covers what it promises when nothing changes', async () => {
    const calibrated = await ConformalForecaster.calibrate(
      mean(3),
      noise(800, () => 2),
      { coverages: [0.9] },
    )
    const { intervals } = await evaluate(
      calibrated,
      noise(1500, () => 2, 2),
      { coverages: [0.9], start: 100 },
    )
    expect(intervals[0]?.measured).toBeGreaterThan(0.88)
    expect(intervals[0]?.measured).toBeLessThan(0.92)
  })

  it('follows when the noise changes, if it is told to adapt', async () => {
    const quiet = noise(600, () => 1)
    const louder = noise(1200, (t) => (t < 300 ? 1 : 3), 3)
    const coverageOf = async (adapt: boolean) => {
      const calibrated = await ConformalForecaster.calibrate(pointsOnly(mean(2)), quiet, {
        coverages: [0.9],
        adapt,
      })
      const { intervals } = await evaluate(calibrated, louder, { coverages: [0.9], start: 500 })
      return intervals[0]?.measured as number
    }
    expect(await coverageOf(false)).toBeLessThan(0.6)
    const adapted = await coverageOf(true)
    expect(adapted).toBeGreaterThan(0.8)
    expect(adapted).toBeLessThan(0.95)
  })

  it('calibrates anew on the last windows that have ended, where there is half of them', async () => {
    const naive = pointsOnly(new BaselineForecaster({ name: 'naive', horizon: 2 }))
    const steps = (length: number, size: (t: number) => number) => {
      const values = [0]
      for (let t = 1; t < length; t++) values.push((values[t - 1] as number) + size(t))
      return new TimeSeries({ values })
    }
    const calibrated = await ConformalForecaster.calibrate(
      naive,
      steps(100, () => 1),
      { coverages: [0.8], adapt: { recent: 20, recentStride: 3, windows: 1, rate: 1e-9 } },
    )
    const marginOf = async (history: TimeSeries) => {
      const { lower, upper } = (await calibrated.predict(history, { quantiles: [0.1, 0.9] })).interval(0.8)
      return upper.values.map((value, h) => (value - (lower.values[h] as number)) / 2)
    }
    // Row t of the history adds t: a window that begins at row r is off by r and by 2r + 1.
    const history = steps(80, (t) => t)
    const starts = Array.from({ length: 20 }, (_, k) => 78 - 3 * k).reverse()
    const rank = Math.ceil(21 * 0.8)
    const start = starts[rank - 1] as number
    expect([...(await marginOf(history))]).toEqual([start, 2 * start + 1])
    // 10 windows of 20 are there from row 1 + 9 · 3 + 2 on.
    expect([...(await marginOf(history.slice(0, 29)))]).toEqual([1, 2])
    expect([...(await marginOf(history.slice(0, 30)))]).not.toEqual([1, 2])
  })

  it('needs no more of a history than it says', async () => {
    const base = new NeuralForecaster({ model: { name: 'linear' }, lookback: 8, horizon: 3 })
    await base.fit(noise(100, () => 1))
    const calibrated = await ConformalForecaster.calibrate(
      base,
      noise(200, () => 1, 2),
      { coverages: [0.9], adapt: { recent: 12, windows: 5 } },
    )
    const history = noise(300, (t) => 1 + t / 100, 3)
    const upperOf = async (rows: number) => {
      const forecast = await calibrated.predict(history.slice(300 - rows), { quantiles: [0.95] })
      return [...forecast.quantile(0.95).values]
    }
    const reach = calibrated.reach as number
    expect(reach).toBeLessThan(100)
    expect(await upperOf(reach)).toEqual(await upperOf(300))
    expect(await upperOf(reach - 50)).not.toEqual(await upperOf(300))
    // What was found from the shorter history is not what is known in the longer one.
    const afresh = await ConformalForecaster.calibrate(
      base,
      noise(200, () => 1, 2),
      { coverages: [0.9], adapt: { recent: 12, windows: 5 } },
    )
    const first = await afresh.predict(history.slice(300 - reach + 50), { quantiles: [0.95] })
    expect([...first.quantile(0.95).values]).toEqual(await upperOf(reach - 50))
    expect([...(await afresh.predict(history, { quantiles: [0.95] })).quantile(0.95).values]).toEqual(
      await upperOf(300),
    )
    await calibrated.dispose()
  })

  it('says the same of a history, whatever it is forecast together with', async () => {
    const calibrated = await ConformalForecaster.calibrate(
      mean(2),
      noise(300, () => 1),
      { coverages: [0.9], adapt: { windows: 10 } },
    )
    const [one, other] = [noise(200, () => 2, 5), noise(200, () => 5, 6)]
    const alone = await calibrated.predict(one, { quantiles: [0.95] })
    const [, together] = await calibrated.predict([other, one], { quantiles: [0.95] })
    expect(together?.quantile(0.95).values).toEqual(alone.quantile(0.95).values)
    const cut = await calibrated.predict(one.slice(150), { quantiles: [0.95] })
    const again = await calibrated.predict(one, { quantiles: [0.95] })
    expect(again.quantile(0.95).values).toEqual(alone.quantile(0.95).values)
    expect(cut.quantile(0.95).values).not.toEqual(alone.quantile(0.95).values)
    const different = await calibrated.predict(other, { quantiles: [0.95] })
    expect(different.quantile(0.95).values).not.toEqual(alone.quantile(0.95).values)
  })

  it('keeps quantiles in order and the point within, however odd the model is', async () => {
    const odd = Object.create(mean(2), {
      predict: {
        async value(histories: readonly TimeSeries[], asked: { quantiles?: readonly number[] }) {
          const forecasts = await mean(2).predict(histories, asked)
          // Crossed: the lower ends are far above the point.
          for (const forecast of forecasts)
            for (const [level, values] of forecast.quantiles) values.fill(level < 0.5 ? 5 + level : 5.2)
          return forecasts
        },
      },
    }) as BaselineForecaster
    const calibrated = await ConformalForecaster.calibrate(
      odd,
      noise(300, () => 1),
      { coverages: [0.5, 0.9] },
    )
    const history = [noise(50, () => 1, 4)]
    const [forecast] = await calibrated.predict(history, { quantiles: [0.95, 0.05, 0.5, 0.25, 0.75] })
    const rows = [0.05, 0.25, 0.5, 0.75, 0.95].map((level) => forecast?.quantile(level).values[0] as number)
    expect(rows).toEqual(rows.toSorted((a, b) => a - b))
    expect(rows[2]).toBe(forecast?.values[0])
  })

  it('refuses what it cannot calibrate or was not calibrated for', async () => {
    const short = ConformalForecaster.calibrate(
      mean(1),
      noise(8, () => 1),
      { coverages: [0.95] },
    )
    await expect(short).rejects.toThrow(DataError)
    const series = noise(100, () => 1)
    const calibrated = await ConformalForecaster.calibrate(mean(1), series, { coverages: [0.8] })
    await expect(calibrated.predict(series, { quantiles: [0.05] })).rejects.toThrow(/coverage 0.8/)
    expect(() => calibrated.fit(series)).toThrow(InvalidArgumentError)
    for (const [name, value] of Object.entries({
      rate: 2,
      recent: 0,
      recentStride: 1.5,
      windows: 0,
      stride: -1,
    }))
      await expect(
        ConformalForecaster.calibrate(mean(1), series, { adapt: { [name]: value } }),
      ).rejects.toThrow(new RegExp(`adapt.${name}:`))
  })
})

it('is saved beside the network, and loaded with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'attentive-conformal-'))
  try {
    const series = noise(400, () => 1)
    const training = { epochs: 1 }
    const base = new NeuralForecaster({ model: { name: 'linear' }, lookback: 30, horizon: 4, training })
    await base.fit(series.slice(0, 200))
    const calibrated = await ConformalForecaster.calibrate(base, series.slice(170, 400), { coverages: [0.9] })
    await calibrated.save(folder)
    expect(await isCalibrated(folder)).toBe(true)
    const loaded = await ConformalForecaster.load(folder)
    const asked = { quantiles: [0.05, 0.95] }
    const [expected, found] = [await calibrated.predict(series, asked), await loaded.predict(series, asked)]
    for (const level of asked.quantiles)
      for (const [i, value] of expected.quantile(level).values.entries())
        expect(found.quantile(level).values[i]).toBeCloseTo(value, 5)

    const file = join(folder, 'calibration/model.safetensors')
    await writeFile(file, (await readFile(file)).subarray(0, -4))
    await expect(ConformalForecaster.load(folder)).rejects.toThrow(CheckpointError)
    await rm(join(folder, 'calibration'), { recursive: true })
    await expect(ConformalForecaster.load(folder)).rejects.toThrow(CheckpointError)
    const freed = vi.spyOn(base, 'dispose')
    await calibrated.dispose()
    await loaded.dispose()
    expect(freed).toHaveBeenCalledOnce()
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** The same forecasts without what it says of its uncertainty. */
function pointsOnly(forecaster: BaselineForecaster): BaselineForecaster {
  return Object.create(forecaster, { hasQuantiles: { value: false } }) as BaselineForecaster
}
