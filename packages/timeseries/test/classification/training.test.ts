import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseClassifierConfig } from '../../src/classification/config.js'
import { classWeights, learnFrom } from '../../src/classification/fitted.js'
import { type ClassifierConfig, type LabelledSeries, SeriesClassifier, TimeSeries } from '../../src/index.js'
import { heartBeats } from './heart-beats.js'

/** Several test files share the cores. */
const engine = { threads: 1 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-classifier-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('balanced classes weigh the same together, and a series 1 on average', () => {
  const labelled = ['a', 'a', 'a', 'b'].map((label) => ({
    series: new TimeSeries({ values: [1, 2] }),
    label,
  }))
  const weights = (kind: 'none' | 'balanced') => {
    const config = parseClassifierConfig({ model: { name: 'lstm-attention' }, classWeights: kind })
    return classWeights(learnFrom(labelled, config), config)
  }
  expect(weights('none')).toEqual([1, 1])
  expect(weights('balanced')).toEqual([4 / 6, 2])
})

it('a run that is stopped and resumed ends with the weights of one that is not', async () => {
  const config: ClassifierConfig = {
    classWeights: 'balanced',
    model: { name: 'lstm-attention', hiddenSize: 8, dropout: 0.3 },
    labelSmoothing: 0.1,
    training: { epochs: 3, batchSize: 16, metric: 'macroF1', averageDecay: 0.9 },
  }
  const [train, validation] = [5, 6].map((seed) =>
    heartBeats({ count: 96, seed, length: 40, vary: true }),
  ) as [LabelledSeries[], LabelledSeries[]]
  const series = validation.map((one) => one.series)
  const whole = new SeriesClassifier(config, engine)
  const { best, history } = await whole.fit(train, { validation })
  const scores = history.flatMap((entry) => (entry.type === 'training' ? [] : [entry.metrics.macroF1]))
  expect(scores.length).toBe(3)
  expect(best?.score).toBe(Math.max(...(scores as number[])))
  const output = join(folder, 'resumed')
  const controller = new AbortController()
  const first = await new SeriesClassifier(config, engine).fit(train, {
    validation,
    output,
    signal: controller.signal,
    onProgress: ({ step }) => step === 10 && controller.abort(),
  })
  expect(first.stoppedBy).toBe('interrupt')
  const resumed = new SeriesClassifier(config, engine)
  const { resumedFrom, steps } = await resumed.fit(train, { validation, output, resume: true })
  expect([resumedFrom, steps]).toEqual([10, 18])
  expect(await resumed.predict(series)).toEqual(await whole.predict(series))
}, 60_000)

describe('many channels', () => {
  /** Two channels whose phases agree in one class and not in the other; each by itself tells nothing. */
  function pairs(count: number, seed: number, offset = 0): LabelledSeries[] {
    return heartBeats({ count, seed, length: 20 }).map(({ series }, i) => {
      const [phase, together] = [series.values[0] as number, i % 2 === 0]
      const values = Array.from({ length: 20 }, (_, t) => {
        const first = Math.sin(t + 40 * phase)
        return [first + offset * i, (together ? first : -first) + 100, i]
      })
      return {
        series: new TimeSeries({ values, channels: ['a', 'b', 'number'] }),
        label: together ? 'yes' : 'no',
      }
    })
  }
  const config: ClassifierConfig = {
    model: { name: 'lstm-attention', hiddenSize: 12, cell: 'gru' },
    channels: ['a', 'b'],
    training: { epochs: 12, batchSize: 16, optimizer: { type: 'adam', learningRate: 2e-2 } },
  }

  it('are read together', async () => {
    const classifier = new SeriesClassifier(config, engine)
    await classifier.fit(pairs(96, 1))
    expect(classifier.channels).toEqual(['a', 'b'])
    expect((await classifier.evaluate(pairs(60, 2))).accuracy).toBeGreaterThan(0.95)
  })

  it('are learnt anew by another training', async () => {
    const once = { ...config, training: { ...config.training, epochs: 1 } }
    const [again, fresh] = [new SeriesClassifier(once, engine), new SeriesClassifier(once, engine)]
    const { series } = pairs(1, 2)[0] as LabelledSeries
    await again.fit(pairs(48, 3))
    const before = await again.predict(series)
    await again.fit(pairs(48, 1))
    await fresh.fit(pairs(48, 1))
    expect(await again.predict(series)).toEqual(await fresh.predict(series))
    expect(await again.predict(series)).not.toEqual(before)
  })

  it('may be normalised series by series: level and size tell nothing then', async () => {
    const classifier = new SeriesClassifier({ ...config, normalise: 'series' }, engine)
    await classifier.fit(pairs(96, 1, 5))
    const [first] = pairs(1, 3) as [LabelledSeries]
    const moved = first.series.map((value, _, c) => (c === 0 ? 1000 + 7 * value : value))
    const [before, after] = [await classifier.predict(first.series), await classifier.predict(moved)]
    expect(after.probabilities.yes).toBeCloseTo(before.probabilities.yes as number, 3)
    expect((await classifier.evaluate(pairs(60, 2, 5))).accuracy).toBeGreaterThan(0.95)
  })
})
