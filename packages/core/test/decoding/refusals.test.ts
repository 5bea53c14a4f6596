import { beamSearch, greedySearch, InvalidArgumentError, NumericalError, Rng, sample } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { PrefixModel } from './models.js'

const ends = { beginToken: 0, endToken: 1 }
const start = { state: null, batchSize: 1 }

describe('beamSearch refuses', () => {
  const model = new PrefixModel({ vocabularySize: 5 })
  it.each([
    ['beamSize', { beamSize: 0 }],
    ['beamSize', { beamSize: 2.5 }],
    ['nBest', { nBest: 6 }],
    ['beginToken', { beginToken: 5 }],
    ['endToken', { endToken: -1 }],
    ['bannedTokens', { bannedTokens: [2, 9] }],
    ['noRepeatNgramSize', { noRepeatNgramSize: -1 }],
    ['minLength', { minLength: 6, maxLength: 5 }],
    ['minLength', { minLength: Number.NaN }],
    ['maxLength', { maxLength: 0 }],
    ['maxLength', { maxLength: (source: number) => source }],
    ['lengthPenalty.alpha', { lengthPenalty: { type: 'gnmt', alpha: -1 } as const }],
    ['lengthPenalty.type', { lengthPenalty: { type: 'wu' } as never }],
    ['coveragePenalty', { coveragePenalty: Number.POSITIVE_INFINITY }],
    ['coveragePenalty', { coveragePenalty: 0.2 }],
    ['beamsize', { beamsize: 3 } as never],
  ])('a bad %s', async (argument, options) => {
    const search = beamSearch(model, model.start([0]), { ...ends, ...options })
    await expect(search).rejects.toThrow(InvalidArgumentError)
    await expect(search).rejects.toMatchObject({ argument })
  })

  it('a coverage penalty on a model without attention, and lists of the wrong length', async () => {
    const input = { ...model.start([0]), sourceLengths: [4] }
    await expect(beamSearch(model, input, { ...ends, coveragePenalty: 1, maxLength: 30 })).rejects.toThrow(
      'coveragePenalty: expected a model that returns attention',
    )
    await expect(beamSearch(model, { ...input, sourceLengths: [4, 5] }, ends)).rejects.toThrow(
      InvalidArgumentError,
    )
    await expect(beamSearch(model, { ...input, firstTokens: [7] }, ends)).rejects.toThrow(
      InvalidArgumentError,
    )
  })

  it.each([
    ['NaN', [0, 0, Number.NaN]],
    ['logits', [0, 3, 0]],
    ['no possible token', [-Infinity, -Infinity, -Infinity]],
  ])('%s', async (_, row) => {
    const broken = {
      vocabularySize: 3,
      step: async ({ tokens: last }: { tokens: Int32Array }) => ({
        state: null,
        logProbs: Float32Array.from([...last].flatMap(() => row)),
        tokens: null,
        attention: null,
      }),
      keep: () => null,
    }
    await expect(beamSearch(broken, start, ends)).rejects.toThrow(NumericalError)
    await expect(greedySearch(broken, start, ends)).rejects.toThrow(NumericalError)
  })

  it('options of another search, and sampling without a generator', async () => {
    const refused = { name: 'InvalidArgumentError' }
    const greedy = greedySearch(model, model.start([0]), { ...ends, nBest: 2 } as never)
    await expect(greedy).rejects.toMatchObject({ ...refused, argument: 'nBest' })
    const sampled = sample(model, model.start([0]), { ...ends, rng: new Rng(1), topk: 2 } as never)
    await expect(sampled).rejects.toMatchObject({ ...refused, argument: 'topk' })
    const undrawn = sample(model, model.start([0]), ends as never)
    await expect(undrawn).rejects.toMatchObject({ ...refused, argument: 'rng' })
  })

  it('a result of the wrong size', async () => {
    const short = {
      vocabularySize: 3,
      step: async () => ({ state: null, logProbs: new Float32Array(2), tokens: null, attention: null }),
      keep: () => null,
    }
    await expect(beamSearch(short, start, ends)).rejects.toMatchObject({ name: 'ShapeError' })
  })
})
