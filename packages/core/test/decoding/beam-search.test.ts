import { beamSearch, greedySearch, type Hypothesis } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allSequences, PrefixModel, type Sequence, scoreAgain } from './models.js'

const ends = { beginToken: 0, endToken: 1 }
const tokens = (hypotheses: Hypothesis[]) => hypotheses.map((hypothesis) => [...hypothesis.tokens])

/** The score that the documentation promises, for a sequence of the brute-force search. */
const penalties = {
  none: () => 1,
  gnmt: (length: number) => ((5 + length) / 6) ** 0.8,
  average: (length: number) => length ** 0.8,
}
type PenaltyName = keyof typeof penalties

function ranked(sequences: Sequence[], penalty: PenaltyName): (Sequence & { score: number })[] {
  return sequences
    .map((sequence) => ({ ...sequence, score: sequence.logProb / penalties[penalty](sequence.length) }))
    .sort((a, b) => Number(b.finished) - Number(a.finished) || b.score - a.score)
}

const penaltyOf = (type: PenaltyName) => (type === 'none' ? { type } : { type, alpha: 0.8 })

describe('beamSearch against a search of all sequences', () => {
  it('finds the n best under every length penalty when the beam holds everything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom<PenaltyName>('none', 'gnmt', 'average'),
        fc.boolean(),
        async (seed, vocabularySize, maxLength, type, selects) => {
          const model = new PrefixModel({ vocabularySize, seed, selects })
          const beamSize = vocabularySize ** maxLength
          const expected = ranked(allSequences(model, 3, { ...ends, maxLength }), type).slice(0, 3)
          const [found] = await beamSearch(model, model.start([3]), {
            ...ends,
            beamSize,
            nBest: Math.min(3, beamSize),
            maxLength,
            lengthPenalty: penaltyOf(type),
            earlyStopping: false,
          })
          expect(tokens(found as Hypothesis[])).toEqual(expected.map((sequence) => sequence.tokens))
          found?.forEach((hypothesis, i) => {
            expect(hypothesis.score).toBeCloseTo(expected[i]?.score as number, 10)
            expect(hypothesis.finished).toBe(expected[i]?.finished)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('never returns worse with a narrow beam than the optimum, and scores truthfully', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 4 }), async (seed, beamSize) => {
        const model = new PrefixModel({ vocabularySize: 4, seed })
        const maxLength = 5
        const [best] = ranked(allSequences(model, 0, { ...ends, maxLength }), 'gnmt')
        const [[found]] = (await beamSearch(model, model.start([0]), {
          ...ends,
          beamSize,
          maxLength,
          lengthPenalty: penaltyOf('gnmt'),
        })) as [[Hypothesis]]
        expect(found.finished ? found.score : -Infinity).toBeLessThanOrEqual((best?.score as number) + 1e-9)
        const all = found.finished ? [...found.tokens, 1] : [...found.tokens]
        const again = scoreAgain(model, 0, 0, all)
        expect([...found.tokenLogProbs]).toEqual(again)
        expect(found.logProb).toBeCloseTo(
          again.reduce((a, b) => a + b, 0),
          10,
        )
        expect(found.score).toBeCloseTo(found.logProb / penalties.gnmt(all.length), 10)
      }),
      { numRuns: 60 },
    )
  })
})

describe('beamSearch over batches', () => {
  const options = { ...ends, beamSize: 3, nBest: 3, maxLength: 7, lengthPenalty: { type: 'gnmt' } as const }

  it('gives each sentence what it gets alone, in any order and batch size, selected natively or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom([], [2, 6], [3, 4, 6]),
        async (seed, sentences, selects, batchSizes) => {
          const alone = new PrefixModel({ vocabularySize: 5, seed, attention: 4 })
          const model = new PrefixModel({ vocabularySize: 5, seed, attention: 4, selects, batchSizes })
          const together = await beamSearch(model, model.start(sentences), options)
          for (const [i, sentence] of sentences.entries())
            expect(together[i]).toEqual((await beamSearch(alone, alone.start([sentence]), options))[0])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('drops finished sentences, so that later steps are smaller', async () => {
    const model = new PrefixModel({ vocabularySize: 5, seed: 4 })
    await beamSearch(model, model.start([0, 1, 2, 3, 4, 5, 6, 7]), options)
    expect(model.batches[0]).toBe(8)
    expect(model.batches.at(-1)).toBeLessThan(8)
    expect(model.batches).toEqual([...model.batches].sort((a, b) => b - a))
  })

  it('fills up with finished sentences to the sizes the model likes', async () => {
    const model = new PrefixModel({ vocabularySize: 5, seed: 4, batchSizes: [4, 8] })
    await beamSearch(model, model.start([0, 1, 2, 3, 4, 5, 6, 7]), options)
    expect([...new Set(model.batches)]).toEqual([8, 4])
  })

  it('asks for K + 1 tokens of each row, and one more for each banned token', async () => {
    const model = new PrefixModel({ vocabularySize: 9, seed: 1 })
    await beamSearch(model, model.start([0]), options)
    await beamSearch(model, model.start([0]), { ...options, bannedTokens: [2, 3] })
    await beamSearch(model, model.start([0]), { ...options, beamSize: 8 })
    expect([...new Set(model.widths)]).toEqual([4, 6, null])
  })

  it('answers an empty batch and hands the last state back', async () => {
    const model = new PrefixModel({ vocabularySize: 5 })
    expect(await beamSearch(model, model.start([]), options)).toEqual([])
    await beamSearch(model, model.start([1]), options)
    expect(model.released).toBe(2)
  })
})

describe('beamSearch and its relatives', () => {
  it('is greedy search when the beam is 1', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, selects) => {
        const model = new PrefixModel({ vocabularySize: 6, seed, attention: 3, selects })
        const options = { ...ends, maxLength: 8, minLength: 2, bannedTokens: [4] }
        const greedy = await greedySearch(model, model.start([1, 2, 3]), options)
        const beam = await beamSearch(model, model.start([1, 2, 3]), {
          ...options,
          beamSize: 1,
          lengthPenalty: { type: 'none' },
        })
        expect(beam.map(([hypothesis]) => hypothesis)).toEqual(greedy)
      }),
      { numRuns: 40 },
    )
  })

  it('honours limits by source length, bans, and never repeats an n-gram', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, selects) => {
        const model = new PrefixModel({ vocabularySize: 6, seed, selects })
        const results = await beamSearch(
          model,
          { ...model.start([0, 1, 2]), sourceLengths: [1, 3, 6] },
          {
            ...ends,
            beamSize: 4,
            nBest: 4,
            minLength: (source) => source,
            maxLength: (source) => source + 4,
            bannedTokens: [0],
            noRepeatNgramSize: 2,
          },
        )
        results.forEach((hypotheses, b) => {
          const source = [1, 3, 6][b] as number
          for (const { tokens: ids, finished } of hypotheses) {
            expect(ids.length).toBeGreaterThanOrEqual(source)
            expect(ids.length).toBeLessThanOrEqual(source + 4)
            expect(finished).toBe(ids.length < source + 4)
            expect(ids.includes(0) || ids.includes(1)).toBe(false)
            const bigrams = [...ids].slice(1).map((id, i) => `${ids[i]} ${id}`)
            expect(new Set(bigrams).size).toBe(bigrams.length)
          }
        })
      }),
      { numRuns: 40 },
    )
  })

  it('carries the attention of each chosen token, through every reordering', async () => {
    const model = new PrefixModel({ vocabularySize: 5, seed: 11, attention: 3 })
    const results = await beamSearch(model, model.start([5, 6, 7, 8]), { ...ends, nBest: 5, maxLength: 6 })
    results.forEach((hypotheses, b) => {
      for (const { tokens: ids, attention } of hypotheses) {
        let hash = model.start([5 + b]).state.hashes[0] as number
        const expected = [...ids].flatMap((_, t) => {
          hash = model.next(hash, t === 0 ? 0 : (ids[t - 1] as number))
          return [...model.attention(hash)]
        })
        expect([...(attention as Float32Array)]).toEqual(expected)
      }
    })
    const [[without]] = (await beamSearch(model, model.start([5]), { ...ends, attention: false })) as [
      [Hypothesis],
    ]
    expect(without.attention).toBeNull()
  })

  it('starts each sentence from its own first token', async () => {
    const model = new PrefixModel({ vocabularySize: 5, seed: 2 })
    const options = { ...ends, maxLength: 5 }
    const [a, b] = await beamSearch(model, { ...model.start([1, 1]), firstTokens: [2, 3] }, options)
    expect(a).toEqual((await beamSearch(model, model.start([1]), { ...options, beginToken: 2 }))[0])
    expect(b).toEqual((await beamSearch(model, model.start([1]), { ...options, beginToken: 3 }))[0])
  })
})
