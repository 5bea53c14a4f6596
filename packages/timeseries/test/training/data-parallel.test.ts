/** Families beside forecasters: rows that are divided among threads teach and tell the same. */
import '@tensorflow/tfjs-backend-cpu'
import { findOnnxRuntime, type TrainResult } from '@attentive/core'
import { describe, expect, it, vi } from 'vitest'
import { AnomalyDetector, ChangePointFinder, type LabelledSeries, SeriesClassifier } from '../../src/index.js'
import { heartBeats } from '../classification/heart-beats.js'
import { vitalSign } from '../detection/vital-sign.js'

const training = { epochs: 1, batchSize: 128 } as const

/** What a short training says of validation, and the threads it started. */
async function learnt<T>(learn: (engine: { threads: number }) => Promise<T>, threads: number) {
  const started = vi.fn()
  process.on('worker', started)
  try {
    return { result: await learn({ threads }), started: started.mock.calls.length }
  } finally {
    process.off('worker', started)
  }
}

const losses = (history: TrainResult['history']) =>
  history.flatMap((entry) => (entry.type === 'validation' ? [entry.metrics.loss as number] : []))

const families: Record<string, (engine: { threads: number }) => Promise<ArrayLike<number>>> = {
  'an autoencoder': async (engine) => {
    const method = { name: 'autoencoder', window: 24, hiddenSize: 48 } as const
    const detector = new AnomalyDetector({ method, training }, engine)
    await detector.fit(vitalSign({ length: 1500, seed: 1 }).series)
    const { scores } = await detector.detect(vitalSign({ length: 1200, seed: 2 }).series)
    await detector.dispose()
    return scores
  },
  'a finder of change points': async (engine) => {
    const finder = new ChangePointFinder(
      { window: 48, hiddenSize: 48, training: { ...training, windowsPerEpoch: 512 } },
      engine,
    )
    const { history } = await finder.train()
    await finder.dispose()
    return losses(history)
  },
  'a classifier': async (engine) => {
    const beats = heartBeats({ count: 300, seed: 1, length: 60 })
    const model = { name: 'self-attention', hiddenSize: 32 } as const
    const classifier = new SeriesClassifier({ model, training }, engine)
    const { history } = await classifier.fit(beats, { validation: beats.slice(0, 100) as LabelledSeries[] })
    await classifier.dispose()
    return losses(history)
  },
}

describe.skipIf(!findOnnxRuntime().runtime)('rows divided among threads', () => {
  it.each(Object.entries(families))('%s', async (_, learn) => {
    const [divided, whole] = [await learnt(learn, 2), await learnt(learn, 1)]
    expect(divided.started).toBeGreaterThan(0)
    expect(whole.started).toBe(0)
    expect(whole.result.length).toBeGreaterThan(0)
    for (const [i, value] of Array.from(whole.result).entries())
      if (!Number.isNaN(value)) expect(divided.result[i]).toBeCloseTo(value, 3)
  })
})
