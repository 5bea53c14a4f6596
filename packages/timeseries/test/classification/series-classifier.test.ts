import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError, DataError, InvalidArgumentError } from '@attentive/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ClassifierConfig,
  type LabelledSeries,
  SeriesClassifier,
  splitLabelled,
  type TimeSeries,
} from '../../src/index.js'
import { heartBeats } from './heart-beats.js'

const settings: ClassifierConfig = {
  model: { name: 'lstm-attention', hiddenSize: 16 },
  classWeights: 'balanced',
  training: {
    batchSize: 32,
    epochs: 20,
    patience: 8,
    optimizer: { type: 'adam', learningRate: 1e-2 },
  },
}

/** Several test files share the cores. */
const engine = { threads: 1 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-classifier-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a classifier of heart beats', () => {
  const output = () => join(folder, 'model')
  const unseen = heartBeats({ count: 300, seed: 2, length: 70 })
  const series = unseen.map((one) => one.series)
  let classifier: SeriesClassifier
  beforeAll(async () => {
    const [train, validation] = splitLabelled(
      heartBeats({ count: 300, seed: 1, length: 70 }),
      [0.8, 0.2],
    ) as [LabelledSeries[], LabelledSeries[]]
    classifier = new SeriesClassifier(settings, engine)
    await classifier.fit(train, { validation, output: output() })
  }, 120_000)

  it('tells beats apart that it has not seen', async () => {
    const { balancedAccuracy, accuracy, byClass, confusion } = await classifier.evaluate(unseen)
    expect(balancedAccuracy).toBeGreaterThan(0.95)
    expect(accuracy).toBeGreaterThan(0.95)
    expect(confusion.classes).toEqual(classifier.classes)
    expect(byClass.map(({ support }) => support)).toEqual(
      confusion.classes.map((label) => unseen.filter((one) => one.label === label).length),
    )
  })

  it('is as sure as its probabilities say', async () => {
    for (const { label, probabilities, attention } of await classifier.predict(series.slice(0, 50))) {
      const values = Object.values(probabilities)
      expect(Object.keys(probabilities)).toEqual(classifier.classes)
      expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10)
      expect(probabilities[label]).toBe(Math.max(...values))
      expect(attention.length).toBe(70)
      expect(attention.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
    }
  })

  it('says of a beat the same, whatever comes with it, shorter or longer', async () => {
    const [first, second] = series as [TimeSeries, TimeSeries]
    const longer = first.concat(first.with({ index: first.index.after(first.length) }))
    const alone = await classifier.predict(first)
    for (const others of [[second], [longer], [first.slice(0, 30), longer, second]]) {
      const together = (await classifier.predict([...others, first])).at(-1)
      expect(together?.label).toBe(alone.label)
      for (const [label, probability] of Object.entries(alone.probabilities))
        expect(together?.probabilities[label]).toBeCloseTo(probability, 4)
      for (const [t, weight] of alone.attention.entries())
        expect(together?.attention[t]).toBeCloseTo(weight, 4)
    }
  })

  it('answers in the order of the question', async () => {
    const some = [series[0], series[1]?.slice(0, 40), series[2]?.slice(0, 60)] as TimeSeries[]
    const lengths = (await classifier.predict(some)).map(({ attention }) => attention.length)
    expect(lengths).toEqual([70, 40, 60])
    expect(await classifier.predict([])).toEqual([])
  })

  it('carries the last value over missing ones', async () => {
    const first = series[0] as TimeSeries
    const holes = first.map((value, t) => (t % 5 === 3 ? Number.NaN : value))
    const filled = first.map((value, t) => (t % 5 === 3 ? (first.values[t - 1] as number) : value))
    expect(await classifier.predict(holes)).toEqual(await classifier.predict(filled))
  })

  it('says the same after it was saved and loaded', async () => {
    const copy = join(folder, 'copy')
    await classifier.save(copy)
    const before = await classifier.predict(series.slice(0, 20))
    for (const path of [output(), copy]) {
      const loaded = await SeriesClassifier.load(path, engine)
      expect(await loaded.predict(series.slice(0, 20))).toEqual(before)
      expect(loaded.parameterCount).toBe(classifier.parameterCount)
      expect(loaded.channels).toEqual(['lead'])
      await loaded.dispose()
    }
    expect(await readFile(join(output(), 'README.md'), 'utf8')).toMatch(/of R-on-T/)
  })

  it('does not load what was changed, nor reserves memory that it asks for', async () => {
    const path = join(output(), 'config.json')
    const config = await readFile(path, 'utf8')
    const unsigned = config.replace(/,\s*"checksum": "[^"]*"/, '')
    const changed = [
      [/"hiddenSize": 16/, '"hiddenSize": 3000', /sizes of a network/],
      [/"numLayers": 1/, '"numLayers": 900000', /sizes of a network/],
      [/"label": "R-on-T"/, '"label": "normal"', /different ones/],
      [/"lead"/, '"lead", "lead 2"', /as many channels/],
      [/"classify-series"/, '"forecast"', /classify-series/],
    ] as const
    await writeFile(path, config.replace('"hiddenSize": 16', '"hiddenSize": 3000'))
    await expect(SeriesClassifier.load(output())).rejects.toThrow(/checksum/)
    for (const [from, to, expected] of changed) {
      await writeFile(path, unsigned.replace(from, to))
      await expect(SeriesClassifier.load(output()), to).rejects.toThrow(expected)
      await expect(SeriesClassifier.load(output()), to).rejects.toBeInstanceOf(CheckpointError)
    }
    await writeFile(path, config)
  })

  it('refuses what it cannot read, and says why', async () => {
    const first = series[0] as TimeSeries
    const renamed = first.with({ channels: ['price'] })
    await expect(classifier.predict(renamed)).rejects.toThrow(/a channel "lead", received "price"/)
    const unknown = first.map(() => Number.NaN)
    await expect(classifier.predict(unknown)).rejects.toThrow(
      /series \(beat 1\): expected at least one value of lead, received 70 steps that are all missing/,
    )
    await expect(classifier.predict([first, first.slice(0, 0)])).rejects.toThrow(/received no steps/)
    await expect(classifier.evaluate([])).rejects.toThrow(/labelled: expected at least one labelled series/)
    await expect(classifier.evaluate([{ series: first, label: 'flutter' }])).rejects.toThrow(
      /labelled, label \(beat 1\): expected one of the classes of the training: R-on-T.*received "flutter"/,
    )
  })
})

describe('training is refused', () => {
  const [a, b] = [
    heartBeats({ count: 1, seed: 1 })[0]?.series,
    heartBeats({ count: 1, seed: 2 })[0]?.series,
  ] as [TimeSeries, TimeSeries]
  const cases: [string, LabelledSeries[], RegExp][] = [
    ['without series', [], /train: expected at least one labelled series, received none/],
    [
      'of one class',
      [
        { series: a, label: 'x' },
        { series: b, label: 'x' },
      ],
      /at least two classes, received 2, all of class "x"/,
    ],
    [
      'of other channels',
      [
        { series: a, label: 'x' },
        { series: b.with({ channels: ['c'] }), label: 'y' },
      ],
      /a channel "lead", received "c"/,
    ],
    [
      'of missing values alone',
      [
        { series: a, label: 'x' },
        { series: b.map(() => Number.NaN), label: 'y' },
      ],
      /all missing/,
    ],
    [
      'of no steps',
      [
        { series: a, label: 'x' },
        { series: b.slice(0, 0), label: 'y' },
      ],
      /no steps/,
    ],
    [
      'without a label',
      [
        { series: a, label: 'x' },
        { series: b, label: '' },
      ],
      /label \(beat 1\): expected the name of a class, received an empty one/,
    ],
    [
      'of labels that are numbers',
      [
        { series: a, label: 'x' },
        { series: b, label: 1 as unknown as string },
      ],
      /Labels are texts/,
    ],
  ]
  it.each(cases)('%s', async (_, train, expected) => {
    const refused = new SeriesClassifier(settings, engine).fit(train)
    await expect(refused).rejects.toThrow(expected)
    await expect(refused).rejects.toBeInstanceOf(DataError)
  })

  it('where the validation has classes of its own, or nothing', async () => {
    const train = [
      { series: a, label: 'x' },
      { series: b, label: 'y' },
    ]
    const classifier = new SeriesClassifier(settings, engine)
    const validation = [{ series: a, label: 'z' }]
    await expect(classifier.fit(train, { validation })).rejects.toThrow(/validation, label.*received "z"/)
    await expect(classifier.fit(train, { validation: [] })).rejects.toThrow(
      /validation: expected at least one/,
    )
    await expect(classifier.predict(a)).rejects.toThrow(/Call fit first/)
    await expect(classifier.save(folder)).rejects.toBeInstanceOf(InvalidArgumentError)
  })

  it('with settings that make no sense', () => {
    const wrong = (part: object) => () => new SeriesClassifier({ ...settings, ...part })
    expect(wrong({ model: { name: 'nothing' } })).toThrow(/model/)
    expect(wrong({ classWeights: 'some' })).toThrow(/classWeights/)
    expect(wrong({ labelSmoothing: 1 })).toThrow(/labelSmoothing/)
    expect(wrong({ training: { metric: 'f1' } })).toThrow(/metric/)
    expect(wrong({ lookback: 3 })).toThrow(/lookback/)
    expect(wrong({ model: { name: 'hierarchical-attention', segmentLength: 1e9 } })).toThrow(/segmentLength/)
  })
})
