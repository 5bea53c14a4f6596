/** AnomalyDetector from outside: what it finds, keeps and refuses. */
import '@tensorflow/tfjs-backend-cpu'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError, DataError, InvalidArgumentError } from '@attentive/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnomalyDetector, type DetectorConfig, marksOfSpans } from '../../src/detection/index.js'
import { TimeSeries } from '../../src/series/index.js'
import { vitalSign } from './vital-sign.js'

const training = { epochs: 14, stride: 2, optimizer: { type: 'adam', learningRate: 3e-3 } } as const
const normal = vitalSign({ length: 3000, seed: 1 }).series
const ill = vitalSign({ length: 2400, seed: 2, anomalies: 12 })
const well = vitalSign({ length: 2400, seed: 3 })

const methods: [string, DetectorConfig['method']][] = [
  ['autoencoder', { name: 'autoencoder', window: 24 }],
  ['forecast', { name: 'forecast', lookback: 36, network: { name: 'lstm-attention', hiddenSize: 24 } }],
]

describe.each(methods)('%s', (name, method) => {
  let folder: string
  let detector: AnomalyDetector

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `attentive-${name}-`))
    detector = new AnomalyDetector({ method, training })
    await detector.fit(normal, { output: folder })
  }, 120_000)
  afterAll(async () => {
    await detector.dispose()
    await rm(folder, { recursive: true })
  })

  it('finds spikes, shifts, flat lines and tremors, and little else', async () => {
    const { events, ranges, averagePrecision } = await detector.evaluate(ill.series, ill.truth)
    expect(events.recall).toBeGreaterThan(0.9)
    expect(events.f1).toBeGreaterThanOrEqual(0.8)
    expect(ranges.recall).toBeGreaterThan(0.75)
    expect(averagePrecision).toBeGreaterThan(0.5)
    expect((await detector.detect(well.series)).events.length).toBeLessThan(8)
  })

  it('is the same after it was saved and loaded', async () => {
    const loaded = await AnomalyDetector.load(folder)
    const [before, after] = [await detector.detect(ill.series), await loaded.detect(ill.series)]
    expect(after.threshold).toBe(before.threshold)
    for (const [t, score] of before.scores.entries())
      if (!Number.isNaN(score)) expect(after.scores[t]).toBeCloseTo(score, 3)
    expect(after.events.map(({ start }) => start)).toEqual(before.events.map(({ start }) => start))
    await loaded.dispose()
  })

  it('draws what it found', async () => {
    const detection = await detector.detect(ill.series)
    expect(await detection.chart({ truth: ill.truth }).toSvg()).toContain('threshold')
  })

  it('does not load what is damaged', async () => {
    const weights = join(folder, 'network/model.safetensors')
    const bytes = await readFile(weights)
    await writeFile(weights, bytes.subarray(0, bytes.length - 8))
    await expect(AnomalyDetector.load(folder)).rejects.toThrow(CheckpointError)
    await writeFile(weights, bytes)
    const file = join(folder, 'config.json')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"pulse"', '"pulse","breath"'))
    await expect(AnomalyDetector.load(folder)).rejects.toThrow(CheckpointError)
    await writeFile(file, text)
  })
})

describe('AnomalyDetector', () => {
  const quick: DetectorConfig = {
    method: { name: 'autoencoder', window: 16, hiddenSize: 8 },
    training: { epochs: 2 },
  }

  it('goes on where it was stopped, to the same detector', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attentive-resume-'))
    const train = normal.slice(0, 600)
    const whole = new AnomalyDetector(quick)
    await whole.fit(train)
    const controller = new AbortController()
    const output = join(folder, 'run')
    const parted = new AnomalyDetector(quick)
    const onProgress = ({ step }: { step: number }) => step === 5 && controller.abort()
    await parted.fit(train, { output, signal: controller.signal, onProgress })
    await expect(AnomalyDetector.load(output)).rejects.toThrow(CheckpointError)
    const { resumedFrom } = await parted.fit(train, { output, resume: true })
    expect(resumedFrom).toBe(5)
    const [a, b] = [await whole.detect(ill.series), await parted.detect(ill.series)]
    expect(b.threshold).toBe(a.threshold)
    expect(b.scores).toEqual(a.scores)
    await rm(folder, { recursive: true })
  })

  it('lets missing values be missing, and says nothing where all are', async () => {
    const detector = new AnomalyDetector(quick)
    await detector.fit(normal.slice(0, 600))
    const holes = ill.series.slice(0, 200).map((value, t) => (t >= 50 && t < 60 ? Number.NaN : value))
    const { scores, marks } = await detector.detect(holes)
    expect(Array.from(scores.subarray(50, 60)).every(Number.isNaN)).toBe(true)
    expect(marks.slice(50, 60).some(Boolean)).toBe(false)
    expect(Number.isFinite(scores[70])).toBe(true)
    await detector.dispose()
  })

  it('names the channel that stands out', async () => {
    const two = normal.withChannels(
      new TimeSeries({ ...vitalSign({ length: 3000, seed: 8 }).series, channels: ['breath'] }),
    )
    const detector = new AnomalyDetector({
      ...quick,
      training: { epochs: 6, optimizer: { type: 'adam', learningRate: 3e-3 } },
    })
    await detector.fit(two)
    const wrong = two.slice(0, 300).map((value, t, c) => (c === 1 && t === 150 ? value + 60 : value))
    const { events } = await detector.detect(wrong)
    expect(events.find(({ from, to }) => from <= 150 && to > 150)?.channel).toBe('breath')
    await detector.dispose()
  })

  it('refuses what it cannot learn from or look at', async () => {
    const detector = new AnomalyDetector(quick)
    await expect(detector.detect(normal)).rejects.toThrow(InvalidArgumentError)
    await expect(detector.fit([])).rejects.toThrow(DataError)
    await expect(detector.fit(normal.slice(0, 40))).rejects.toThrow(/at least 16 rows/)
    await expect(detector.fit(normal.slice(0, 400).map(() => 5))).rejects.toThrow(/5 at every step/)
    await expect(detector.fit(normal.slice(0, 400).map(() => Number.NaN))).rejects.toThrow(/no value/)
    const [train, still] = [normal.slice(0, 400), normal.slice(0, 100).map(() => 5)]
    await expect(detector.fit(train, { validation: still })).rejects.toThrow(
      /validation, channel.*5 at every/,
    )
    const counted = new TimeSeries({ values: train.values, channels: ['pulse'] })
    await expect(detector.fit([train, counted])).rejects.toThrow(/train.*frequency 1min.*step/)
    await expect(detector.fit(train, { validation: counted })).rejects.toThrow(/validation.*frequency 1min/)
    expect(() => new AnomalyDetector({ target: [] })).toThrow(InvalidArgumentError)
    await detector.fit(normal.slice(0, 600))
    await expect(detector.detect(normal.slice(0, 10))).rejects.toThrow(/at least 16 rows/)
    await expect(detector.detect(new TimeSeries({ values: new Float64Array(100) }))).rejects.toThrow(/pulse/)
    await expect(
      detector.detect(new TimeSeries({ values: new Float64Array(100), channels: ['pulse'] })),
    ).rejects.toThrow(/frequency 1min, as in training, received step.*train a detector for this/s)
    expect(() => marksOfSpans(normal, [{ start: '2030-01-01', end: '2030-01-02' }])).toThrow(DataError)
    expect(
      marksOfSpans(normal.slice(0, 4), [{ start: '2024-05-01 00:01', end: '2024-05-01 00:02' }]),
    ).toEqual([false, true, true, false])
    await detector.dispose()
  })
})
