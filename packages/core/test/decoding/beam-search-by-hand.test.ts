import { beamSearch, type Hypothesis } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { tableModel } from './models.js'

const ends = { beginToken: 0, endToken: 1 }
const start = { state: null, batchSize: 1 }

describe('beamSearch by hand', () => {
  // begin 0, end 1. Short: "2 end" with 0.5 · 0.4 = 0.2; long: "3 4 end" with 0.5 · 0.6 · 0.6 = 0.18.
  const table = [
    [0, 0, 0.5, 0.5, 0],
    [0, 1, 0, 0, 0],
    [0, 0.4, 0.6, 0, 0],
    [0, 0.4, 0, 0, 0.6],
    [0, 0.6, 0, 0.4, 0],
  ]
  const search = async (options: object) => {
    const [[best]] = (await beamSearch(tableModel(table), start, { ...ends, maxLength: 6, ...options })) as [
      [Hypothesis],
    ]
    return best
  }

  it('prefers the short without a length penalty, breaking the tie of "2" and "3" by the lower id', async () => {
    const best = await search({ lengthPenalty: { type: 'none' } })
    expect([...best.tokens]).toEqual([2])
    expect(best.score).toBeCloseTo(Math.log(0.2), 6)
  })

  it('prefers the long under the mean: ln 0.18 / 3 against ln 0.2 / 2', async () => {
    const best = await search({ lengthPenalty: { type: 'average' }, nBest: 2 })
    expect([...best.tokens]).toEqual([3, 4])
    expect(best.score).toBeCloseTo(Math.log(0.18) / 3, 6)
  })

  it('divides by ((5 + 2) / 6) ^ 0.6 under GNMT', async () => {
    const best = await search({ lengthPenalty: { type: 'gnmt', alpha: 0.6 }, maxLength: 2 })
    expect([...best.tokens]).toEqual([2])
    expect(best.score).toBeCloseTo(Math.log(0.2) / (7 / 6) ** 0.6, 6)
  })

  it('adds β · Σ log min(coverage, 1) over the source, without its padding', async () => {
    // Two source positions and one of padding; "2" looks at the first twice, "3" at both.
    const attention = [
      [0.5, 0.5, 0],
      [0, 0, 0],
      [0.9, 0.1, 0],
      [0.2, 0.8, 0],
      [0.2, 0.8, 0],
    ]
    const [[best]] = (await beamSearch(
      tableModel(table, attention),
      { ...start, sourceLengths: [2] },
      { ...ends, maxLength: 2, coveragePenalty: 0.5, lengthPenalty: { type: 'none' } },
    )) as [[Hypothesis]]
    // "2 end": coverage 0.5 + 0.9, 0.5 + 0.1; "3 end": 0.7, 1.3.
    expect([...best.tokens]).toEqual([3])
    expect(best.score).toBeCloseTo(Math.log(0.2) + 0.5 * Math.log(0.7), 6)
  })

  it('cuts off at the maximum length, and says so', async () => {
    const best = await search({ maxLength: 1 })
    expect(best.finished).toBe(false)
    expect([...best.tokens]).toEqual([2])
    expect(best.logProb).toBeCloseTo(Math.log(0.5), 6)
  })

  describe('where two end at once', () => {
    // "2 end" and "3 end" with 0.25 each fill the two best places; then come "2 4" with 0.15 and "3 5" with 0.1.
    const table = [
      [0, 0, 0.5, 0.5, 0, 0],
      [0, 1, 0, 0, 0, 0],
      [0, 0.5, 0.1, 0.1, 0.3, 0],
      [0, 0.5, 0.1, 0.1, 0.1, 0.2],
      [0, 0.2, 0.2, 0.2, 0.2, 0.2],
      [0, 1, 0, 0, 0, 0],
    ]
    const options = {
      ...ends,
      beamSize: 2,
      maxLength: 4,
      lengthPenalty: { type: 'average', alpha: 2 } as const,
    }

    it('stops early', async () => {
      const [[best]] = (await beamSearch(tableModel(table), start, options)) as [[Hypothesis]]
      expect([...best.tokens]).toEqual([2])
      expect(best.score).toBeCloseTo(Math.log(0.25) / 4, 6)
    })

    it('fills the beam up and goes on, if told to, while a live hypothesis can still win', async () => {
      const [[best]] = (await beamSearch(tableModel(table), start, { ...options, earlyStopping: false })) as [
        [Hypothesis],
      ]
      expect([...best.tokens]).toEqual([3, 5])
      expect(best.score).toBeCloseTo(Math.log(0.1) / 9, 6)
    })
  })
})
