/** What decides the class is where attention is. */
import { Rng } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { classifierNames, type LabelledSeries, SeriesClassifier, TimeSeries } from '../../src/index.js'

interface Bump extends LabelledSeries {
  /** Its middle. */
  place: number
}

/** Noise with a bump of five steps somewhere, up or down. */
function bumps(count: number, seed: number): Bump[] {
  const rng = new Rng(seed)
  return Array.from({ length: count }, (_, i) => {
    const length = 40 + rng.nextInt(20)
    const place = 5 + rng.nextInt(length - 10)
    const height = i % 2 === 0 ? 1.5 : -1.5
    const values = Float64Array.from(
      { length },
      (_, t) => 0.3 * rng.nextNormal() + (Math.abs(t - place) <= 2 ? height : 0),
    )
    return { series: new TimeSeries({ values }), label: height > 0 ? 'up' : 'down', place }
  })
}

describe.each(classifierNames)('%s', (name) => {
  it('finds the bump that decides', async () => {
    const extra = name === 'hierarchical-attention' ? { segmentLength: 8 } : {}
    const classifier = new SeriesClassifier(
      {
        model: { name, hiddenSize: 8, dropout: 0, ...extra },
        training: { epochs: 25, batchSize: 16, optimizer: { type: 'adam', learningRate: 1e-2 } },
      },
      { threads: 1 },
    )
    await classifier.fit(bumps(128, 1))
    const unseen = bumps(100, 2)
    expect((await classifier.evaluate(unseen)).balancedAccuracy).toBeGreaterThan(0.95)
    const found = await classifier.predict(unseen.map(({ series }) => series))
    let [inside, share] = [0, 0]
    for (const [i, { attention }] of found.entries()) {
      const { place, series } = unseen[i] as Bump
      expect(attention.length).toBe(series.length)
      expect(attention.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
      inside += attention.subarray(place - 2, place + 3).reduce((a, b) => a + b, 0) / found.length
      share += 5 / series.length / found.length
    }
    expect(inside).toBeGreaterThan(2.5 * share)
    await classifier.dispose()
  })
})
