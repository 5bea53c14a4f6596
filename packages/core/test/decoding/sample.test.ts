import { type Hypothesis, InvalidArgumentError, Rng, type SampleOptions, sample } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PrefixModel, scoreAgain, tableModel } from './models.js'

const ends = { beginToken: 0, endToken: 1 }
const probabilities = [0, 0.1, 0.4, 0.3, 0.15, 0.05]
/** Every sequence is one token, drawn from `probabilities`. */
const oneToken = tableModel([probabilities, ...probabilities.slice(1).map(() => [0, 1, 0, 0, 0, 0])])

/** How often each token comes first in `count` samples; the end token counts for an empty sequence. */
async function frequencies(
  count: number,
  options: Partial<SampleOptions>,
  model = oneToken,
): Promise<number[]> {
  const input = { state: null, batchSize: 1 }
  const [samples] = await sample(model, input, {
    ...ends,
    rng: new Rng(7),
    numSamples: count,
    maxLength: 2,
    ...options,
  })
  const counts = new Array<number>(probabilities.length).fill(0)
  for (const { tokens } of samples as Hypothesis[]) counts[tokens[0] ?? 1] = (counts[tokens[0] ?? 1] ?? 0) + 1
  return counts
}

/** Σ (observed − expected)² / expected over possible tokens; impossible ones must not occur. */
function chiSquare(observed: number[], expected: number[]): number {
  const total = observed.reduce((a, b) => a + b, 0)
  return expected.reduce((sum, p, token) => {
    const count = observed[token] as number
    if (p === 0) expect(count).toBe(0)
    return p === 0 ? sum : sum + (count - p * total) ** 2 / (p * total)
  }, 0)
}

function normalised(weights: number[]): number[] {
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / total)
}

describe('sample', () => {
  // 99.9 % quantiles of χ² with 1 to 4 degrees of freedom: 10.8, 13.8, 16.3, 18.5.
  it.each([
    ['the whole distribution', {}, probabilities, 18.5],
    ['a cooled one', { temperature: 0.5 }, normalised(probabilities.map((p) => p ** 2)), 18.5],
    ['a heated one', { temperature: 2 }, normalised(probabilities.map(Math.sqrt)), 18.5],
    ['the best two', { topK: 2 }, normalised([0, 0, 0.4, 0.3, 0, 0]), 10.8],
    ['a nucleus of 0.7, which two fill', { topP: 0.7 - 1e-6 }, normalised([0, 0, 0.4, 0.3, 0, 0]), 10.8],
    ['a nucleus of 0.71, which takes three', { topP: 0.71 }, normalised([0, 0, 0.4, 0.3, 0.15, 0]), 13.8],
    [
      'a nucleus of 0.8 within the best three: 0.7 of 0.85 is enough',
      { topK: 3, topP: 0.8 },
      normalised([0, 0, 0.4, 0.3, 0, 0]),
      10.8,
    ],
    ['what is not banned', { bannedTokens: [2] }, normalised([0, 0.1, 0, 0.3, 0.15, 0.05]), 16.3],
    [
      'all but the end before the minimum length',
      { minLength: 1 },
      normalised([0, 0, 0.4, 0.3, 0.15, 0.05]),
      16.3,
    ],
  ])('draws from %s', async (_, options, expected, quantile) => {
    expect(chiSquare(await frequencies(4000, options), expected)).toBeLessThan(quantile)
  })

  it('cuts a wide nucleus where it ends', async () => {
    // 300 tokens of falling probability: 0.95 of the mass needs 200 to 300 of them.
    const weights = normalised(Array.from({ length: 300 }, (_, i) => (i === 0 ? 0 : 2 - i / 300)))
    const wide = tableModel([weights, ...Array.from({ length: 299 }, () => weights)])
    const allowed = new Set<number>()
    let mass = 0
    for (let token = 1; mass < 0.9; token++) {
      allowed.add(token)
      mass += weights[token] as number
    }
    const [samples] = await sample(
      wide,
      { state: null, batchSize: 1 },
      {
        ...ends,
        rng: new Rng(3),
        numSamples: 100,
        topP: 0.9,
        maxLength: 40,
      },
    )
    const drawn = new Set((samples as Hypothesis[]).flatMap(({ tokens }) => [...tokens]))
    for (const token of drawn) expect(allowed.has(token)).toBe(true)
    // Nearly all of the nucleus is seen in thousands of draws.
    expect(drawn.size).toBeGreaterThan(allowed.size * 0.95)
  })

  it('is greedy with one token or a cold temperature', async () => {
    expect(await frequencies(50, { topK: 1 })).toEqual([0, 0, 50, 0, 0, 0])
    expect(await frequencies(50, { temperature: 0.01 })).toEqual([0, 0, 50, 0, 0, 0])
  })

  it('scores by the model itself, repeats with its seed, and does not depend on the batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const model = new PrefixModel({ vocabularySize: 6, seed, attention: 3 })
        const options = { ...ends, maxLength: 6, temperature: 1.5, topP: 0.8, numSamples: 2 }
        const all = await sample(model, model.start([1, 2, 3]), { ...options, rng: new Rng(seed) })
        const first = await sample(model, model.start([1, 2]), { ...options, rng: new Rng(seed) })
        expect(first).toEqual(all.slice(0, 2))
        all.forEach((hypotheses, b) => {
          expect(hypotheses).toHaveLength(2)
          for (const { tokens, tokenLogProbs, score, finished } of hypotheses) {
            const ids = finished ? [...tokens, 1] : [...tokens]
            expect([...tokenLogProbs]).toEqual(scoreAgain(model, b + 1, 0, ids))
            expect(score).toBeCloseTo(
              tokenLogProbs.reduce((a, c) => a + c, 0),
              5,
            )
          }
        })
      }),
      { numRuns: 20 },
    )
  })

  it('draws the same from all tokens as from the ones a model selects natively', async () => {
    const options = { ...ends, maxLength: 6, topK: 3, bannedTokens: [2], numSamples: 5 }
    const all = new PrefixModel({ vocabularySize: 7, seed: 5 })
    const selecting = new PrefixModel({ vocabularySize: 7, seed: 5, selects: true })
    const drawn = await sample(all, all.start([1, 2]), { ...options, rng: new Rng(1) })
    expect(await sample(selecting, selecting.start([1, 2]), { ...options, rng: new Rng(1) })).toEqual(drawn)
    expect(selecting.widths[0]).toBe(5)
  })

  it.each([
    ['temperature', { temperature: 0 }],
    ['temperature', { temperature: Number.POSITIVE_INFINITY }],
    ['topK', { topK: 0 }],
    ['topP', { topP: 0 }],
    ['topP', { topP: 1.1 }],
    ['topP', { topP: Number.NaN }],
    ['numSamples', { numSamples: 0 }],
    ['maxLength', { maxLength: 0 }],
  ])('refuses a bad %s', async (argument, options) => {
    const search = sample(oneToken, { state: null, batchSize: 1 }, { ...ends, rng: new Rng(1), ...options })
    await expect(search).rejects.toThrow(InvalidArgumentError)
    await expect(search).rejects.toMatchObject({ argument })
  })

  it('refuses NaN', async () => {
    const search = frequencies(
      1,
      {},
      tableModel([
        [0, 0.5, -1],
        [0, 1, 0],
        [0, 1, 0],
      ]),
    )
    await expect(search).rejects.toMatchObject({ name: 'NumericalError' })
  })
})
