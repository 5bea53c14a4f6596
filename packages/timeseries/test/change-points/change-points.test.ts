/** A finder that learnt from windows of its own, on series whose changes are known. */
import '@tensorflow/tfjs-backend-cpu'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError, DataError, InvalidArgumentError, Rng } from '@attentive/core'
import { checkModuleGradients } from '@attentive/core/testing'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChangePointFinder } from '../../src/change-points/index.js'
import { madeUpBatches, type PointerBatch } from '../../src/change-points/made-up-batches.js'
import { madeUpWindow } from '../../src/change-points/made-up-windows.js'
import { Pointer } from '../../src/change-points/pointer.js'
import { TimeIndex, TimeSeries } from '../../src/series/index.js'
import { mean } from '../../src/statistics/mean.js'
import { variance } from '../../src/statistics/variance.js'

/** Regimes of 60 to 120 steps that differ in level or restlessness by turns. */
function regimes(seed: number): { series: TimeSeries; truth: number[] } {
  const rng = new Rng(seed)
  const values: number[] = []
  const truth: number[] = []
  let [level, deviation] = [0, 0.3]
  for (let i = 0; i < 12; i++) {
    if (i > 0) truth.push(values.length)
    for (let t = 60 + rng.nextInt(60); t > 0; t--) values.push(level + deviation * rng.nextNormal())
    if (i % 2 === 0) level += level > 0 ? -3 : 3
    else deviation = deviation < 0.5 ? 1.2 : 0.3
  }
  const index = TimeIndex.from({ start: '2024-01-01', frequency: '1d', length: values.length })
  return { series: new TimeSeries({ values, index }), truth }
}

describe('made-up windows', () => {
  it('change in a third to two thirds, away from their ends, and are the same for one seed', () => {
    const rng = new Rng(1)
    const windows = Array.from({ length: 1000 }, () => madeUpWindow(rng, 40))
    const changing = windows.filter(({ change }) => change < 40)
    expect(changing.length).toBeGreaterThan(550)
    expect(changing.length).toBeLessThan(750)
    for (const { values, change } of windows) {
      expect(values).toHaveLength(40)
      if (change < 40) expect(change >= 4 && change < 36).toBe(true)
    }
    expect(madeUpWindow(new Rng(1), 40)).toEqual(windows[0])
  })
})

describe('batches of made-up windows', () => {
  const sizes = { count: 10, size: 4, window: 16 }
  const plain = (batches: Iterable<PointerBatch>) =>
    [...batches].map(({ values, targets }) => [[...values.data], [...targets.data]])

  it('have all windows, standardised, with where they change', () => {
    const batches = [...madeUpBatches(new Rng(1), sizes)]
    expect(batches.map(({ values, targets }) => [values.shape, targets.shape])).toEqual([
      [[4, 16], [4]],
      [[4, 16], [4]],
      [[2, 16], [2]],
    ])
    const first = madeUpWindow(new Rng(1), 16)
    const [{ values, targets }] = batches as [PointerBatch]
    expect(targets.data[0]).toBe(first.change)
    const row = Float64Array.from(values.data.subarray(0, 16))
    expect(mean(row)).toBeCloseTo(0, 6)
    expect(variance(row)).toBeCloseTo(1, 5)
    const [low, high] = [Math.min(...first.values), Math.max(...first.values)]
    expect(row.indexOf(Math.min(...row))).toBe(first.values.indexOf(low))
    expect(row.indexOf(Math.max(...row))).toBe(first.values.indexOf(high))
  })

  it('are, after those that a resumed run has had, what they would have been', () => {
    const all = plain(madeUpBatches(new Rng(1), sizes))
    expect(plain(madeUpBatches(new Rng(1), { ...sizes, skip: 2 }))).toEqual(all.slice(2))
    expect(plain(madeUpBatches(new Rng(1), { ...sizes, skip: 3 }))).toEqual([])
  })

  it('are made one by one', () => {
    const many = { ...sizes, count: 1e12 }
    const [first] = madeUpBatches(new Rng(1), many)
    expect(first?.values.shape).toEqual([4, 16])
  })
})

it('the pointer has the gradients of its loss', () => {
  const pointer = new Pointer(4, new Rng(2))
  const values = tf.randomNormal([2, 7], 0, 1, 'float32', 3)
  checkModuleGradients(pointer, () => tf.sum(tf.square(pointer.forward(values))), {
    entries: 3,
    step: 2e-3,
    tolerance: 2e-2,
  })
})

describe('ChangePointFinder', () => {
  const folder = mkdtemp(join(tmpdir(), 'attentive-changes-'))
  const finder = new ChangePointFinder({
    window: 48,
    hiddenSize: 16,
    training: { epochs: 7, windowsPerEpoch: 6400, optimizer: { type: 'adam', learningRate: 5e-3 } },
  })

  beforeAll(async () => {
    await finder.train({ output: await folder })
  }, 120_000)
  afterAll(async () => {
    await finder.dispose()
    await rm(await folder, { recursive: true })
  })

  it('points near true changes, far more often than chance would', async () => {
    let [hits, found, real] = [0, 0, 0]
    for (const seed of [1, 2, 3]) {
      const { series, truth } = regimes(seed)
      const { points } = await finder.find(series)
      found += points.length
      real += truth.length
      hits += truth.filter((row) => points.some((point) => Math.abs(point.row - row) <= 6)).length
    }
    // As many points thrown anywhere would hit about one true change in seven.
    expect(hits / real).toBeGreaterThan(0.5)
    expect(hits / found).toBeGreaterThan(0.7)
  })

  it('finds little where nothing changes, and nothing in a line', async () => {
    const rng = new Rng(9)
    const calm = new TimeSeries({ values: Array.from({ length: 1000 }, () => rng.nextNormal()) })
    expect((await finder.find(calm)).points.length).toBeLessThan(4)
    expect((await finder.find(calm.map(() => 7))).points.length).toBeLessThan(2)
  })

  it('says when, draws it, and is the same after it was saved', async () => {
    const { series, truth } = regimes(4)
    const changes = await finder.find(series)
    for (const { row, time } of changes.points) expect(time).toBe(series.index.at(row))
    expect(await changes.chart({ truth }).toSvg()).toContain('<svg')
    const loaded = await ChangePointFinder.load(await folder)
    const { attention } = await loaded.find(series)
    for (const [t, value] of changes.attention.entries()) expect(attention[t]).toBeCloseTo(value, 5)
    await loaded.dispose()
  })

  it('refuses what it cannot look at', async () => {
    const { series } = regimes(1)
    await expect(new ChangePointFinder().find(series)).rejects.toThrow(InvalidArgumentError)
    await expect(finder.find(series.slice(0, 20))).rejects.toThrow(DataError)
    await expect(finder.find(series, { threshold: 2 })).rejects.toThrow(/threshold/)
    expect(() => new ChangePointFinder({ window: 3 })).toThrow(/window/)
    const file = join(await folder, 'model.safetensors')
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, 100))
    await expect(ChangePointFinder.load(await folder)).rejects.toThrow(CheckpointError)
    await writeFile(file, bytes)
  })
})
