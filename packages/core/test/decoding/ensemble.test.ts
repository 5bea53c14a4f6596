import { beamSearch, EnsembleStepModel, InvalidArgumentError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PrefixModel, tableModel } from './models.js'

const ends = { beginToken: 0, endToken: 1 }
const request = { tokens: Int32Array.of(0), parents: Int32Array.of(0), state: [null, null], beams: 1 }

describe('EnsembleStepModel', () => {
  it('of one model with itself is that model', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('probability', 'logProbability'),
        async (seed, members, average) => {
          const model = new PrefixModel({ vocabularySize: 6, seed, attention: 4 })
          const ensemble = new EnsembleStepModel(new Array<PrefixModel>(members).fill(model), { average })
          const single = model.start([1, 2, 3])
          const options = { ...ends, beamSize: 3, nBest: 3, maxLength: 6 }
          const together = await beamSearch(
            ensemble,
            { ...single, state: new Array(members).fill(single.state) },
            options,
          )
          const alone = await beamSearch(model, single, options)
          together.forEach((hypotheses, b) => {
            hypotheses.forEach((hypothesis, n) => {
              expect(hypothesis.tokens).toEqual(alone[b]?.[n]?.tokens)
              expect(hypothesis.score).toBeCloseTo(alone[b]?.[n]?.score as number, 5)
              expect(hypothesis.attention?.length).toBe(hypothesis.tokens.length * 4)
            })
          })
        },
      ),
      { numRuns: 30 },
    )
  })

  const pair = [
    tableModel([
      [0.7, 0.2, 0.1],
      [1, 0, 0],
      [1, 0, 0],
    ]),
    tableModel([
      [0.1, 0.4, 0.5],
      [1, 0, 0],
      [1, 0, 0],
    ]),
  ]

  it('averages probabilities', async () => {
    const { logProbs } = await new EnsembleStepModel(pair).step({ ...request, topK: null })
    const found = [...logProbs].map(Math.exp)
    ;[0.4, 0.3, 0.3].forEach((p, token) => {
      expect(found[token]).toBeCloseTo(p, 6)
    })
  })

  it('averages log-probabilities', async () => {
    const ensemble = new EnsembleStepModel(pair, { average: 'logProbability' })
    const { logProbs } = await ensemble.step({ ...request, topK: null })
    const found = [...logProbs].map(Math.exp)
    ;[Math.sqrt(0.07), Math.sqrt(0.08), Math.sqrt(0.05)].forEach((p, token) => {
      expect(found[token]).toBeCloseTo(p, 6)
    })
  })

  it('selects the best tokens of the whole average, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('probability', 'logProbability'),
        async (seed, topK, average) => {
          const members = [0, 1, 2].map(
            (m) => new PrefixModel({ vocabularySize: 40, seed: seed + m, scale: 8 }),
          )
          const ensemble = new EnsembleStepModel(members, { average })
          const ask = (n: number | null) =>
            ensemble.step({
              tokens: Int32Array.of(0, 0),
              parents: Int32Array.of(0, 0),
              state: members.map((member) => member.start([1, 2]).state),
              beams: 1,
              topK: n,
            })
          const all = await ask(null)
          const best = await ask(topK)
          for (const row of [0, 1]) {
            const whole = all.logProbs.subarray(row * 40, (row + 1) * 40)
            const order = [...whole.keys()].sort(
              (a, b) => (whole[b] as number) - (whole[a] as number) || a - b,
            )
            expect([...(best.tokens as Int32Array).subarray(row * topK, (row + 1) * topK)]).toEqual(
              order.slice(0, topK),
            )
            expect([...best.logProbs.subarray(row * topK, (row + 1) * topK)]).toEqual(
              order.slice(0, topK).map((token) => whole[token]),
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('averages attention, and has none unless all members have the same positions', async () => {
    const certain = [
      [1, 0],
      [1, 0],
    ]
    const one = tableModel(certain, [
      [0.2, 0.8],
      [0, 1],
    ])
    const two = tableModel(certain, [
      [0.6, 0.4],
      [0, 1],
    ])
    const attentionOf = async (members: (typeof one)[]) =>
      (await new EnsembleStepModel(members).step({ ...request, topK: null })).attention
    const [first, second] = (await attentionOf([one, two])) as Float32Array
    expect(first).toBeCloseTo(0.4, 6)
    expect(second).toBeCloseTo(0.6, 6)
    expect(await attentionOf([one, tableModel(certain, [[1], [1]])])).toBeNull()
    expect(await attentionOf([one, tableModel(certain)])).toBeNull()
  })

  it('passes on the largest batch size its members like, and what they keep and release', async () => {
    const members = [
      new PrefixModel({ vocabularySize: 4, batchSizes: [2, 8] }),
      new PrefixModel({ vocabularySize: 4, batchSizes: [4, 8] }),
    ]
    const ensemble = new EnsembleStepModel(members)
    expect(ensemble.batchSizeFor(3)).toBe(8)
    const state = members.map((member) => member.start([5, 6, 7]).state)
    const kept = await ensemble.keep(state, Int32Array.of(2, 0))
    expect(kept).toEqual(members.map((member) => member.start([7, 5]).state))
    ensemble.release(kept)
    expect(members.map(({ released }) => released)).toEqual([1, 1])
  })

  it('refuses no members, different vocabularies, and members that hide tokens', async () => {
    expect(() => new EnsembleStepModel([])).toThrow(InvalidArgumentError)
    const sizes = [new PrefixModel({ vocabularySize: 4 }), new PrefixModel({ vocabularySize: 5 })]
    expect(() => new EnsembleStepModel(sizes)).toThrow('sizes 4, 5')
    const hiding = {
      ...tableModel([[1]]),
      step: async () => ({
        state: null,
        logProbs: Float32Array.of(0),
        tokens: Int32Array.of(0),
        attention: null,
      }),
    }
    await expect(new EnsembleStepModel([hiding]).step({ ...request, topK: null })).rejects.toThrow(
      'A member of an ensemble must return all tokens',
    )
  })
})
