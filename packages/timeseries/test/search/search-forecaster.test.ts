import '@tensorflow/tfjs-backend-cpu'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { choice, InvalidArgumentError } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import {
  NeuralForecaster,
  parseForecastConfig,
  searchForecaster,
  TimeIndex,
  TimeSeries,
} from '../../src/index.js'

const length = 260
const series = new TimeSeries({
  values: Array.from({ length }, (_, t) => Math.sin(t / 3) + 0.1 * Math.sin(t * t)),
  index: TimeIndex.from({ start: '2024-01-01', frequency: '1h', length }),
})
const options = {
  train: series.slice(0, 200),
  validation: series.slice(188),
  config: { model: { name: 'linear', kernelSize: 3 }, lookback: 12, horizon: 3, training: { epochs: 3 } },
  // One of them learns nothing.
  space: { training: { optimizer: { type: 'adam', learningRate: choice([1e-7, 1e-2]) } } },
  trials: 6,
} as const

describe('searchForecaster', () => {
  it('ends with the settings that learn, and writes them down for later', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attentive-search-'))
    const { config, trials, best } = await searchForecaster({ ...options, output: folder })
    expect(trials).toHaveLength(6)
    expect(config?.training.optimizer.learningRate).toBe(1e-2)
    const saved = parseForecastConfig(JSON.parse(await readFile(join(folder, 'best.json'), 'utf8')))
    expect(saved).toEqual(config)
    const forecaster = new NeuralForecaster(saved)
    const { best: again } = await forecaster.fit(options.train, { validation: options.validation })
    expect(again?.score).toBe(best?.score)
    await forecaster.dispose()
    await rm(folder, { recursive: true })
  })

  it('has the same trials in processes of their own', async () => {
    const alone = await searchForecaster({ ...options, stopEarly: false }, { threads: 1 })
    const together = await searchForecaster({ ...options, stopEarly: false, workers: 2 })
    expect(together.trials.map(({ error }) => error)).toEqual(alone.trials.map(() => null))
    for (const [i, { score }] of together.trials.entries())
      expect(score).toBeCloseTo(alone.trials[i]?.score as number, 5)
  }, 120_000)

  it('refuses settings that make no sense before anything is tried', async () => {
    const config = { ...options.config, lookback: -1 }
    await expect(searchForecaster({ ...options, config })).rejects.toThrow(InvalidArgumentError)
  })
})
