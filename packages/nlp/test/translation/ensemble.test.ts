import { beamSearch, EnsembleStepModel, InvalidArgumentError, type NdArray } from '@attentive/core'
import { expectClose } from '@attentive/core/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  beginId,
  createSourceBatch,
  endId,
  type SearchState,
  TranslationSearchModel,
  Translator,
} from '../../src/index.js'
import { tinyOptions, tinyValidation, weightsOf } from './tiny-training.js'

const texts = tinyValidation.map(({ source }) => source)
const best = async (translator: Translator) =>
  (await translator.translate(texts, { beamSize: 3 })).map(([{ text, logProb }]) => ({ text, logProb }))

describe('two translators of different seeds', () => {
  let first: Translator
  let second: Translator
  beforeAll(async () => {
    first = await Translator.train({ ...tinyOptions, seed: 1 })
    second = await Translator.train({ ...tinyOptions, seed: 2 })
  })

  it('decode as an ensemble by the mean of their probabilities', async () => {
    const together = await best(Translator.ensemble([first, second], { engine: 'eager' }))
    const sources = createSourceBatch(texts.map((text) => first.pipelines.source.encode(text).ids))
    const members = [first, second].map(
      ({ models }) => new TranslationSearchModel(models, { engine: 'eager' }),
    )
    const state = await Promise.all(members.map((member) => member.start(sources)))
    const sourceLengths = texts.map((text) => text.split(' ').length + 1)
    const expected = await beamSearch(
      new EnsembleStepModel(members),
      { state, batchSize: texts.length, sourceLengths },
      { beginToken: 2, endToken: 3, bannedTokens: [0, 2], beamSize: 3 },
    )
    together.forEach(({ text, logProb }, i) => {
      expect(text).toBe(first.pipelines.target.decode(expected[i]?.[0]?.tokens ?? []))
      expect(logProb).toBeCloseTo(expected[i]?.[0]?.logProb as number, 4)
    })
    expect(together).not.toEqual(await best(first))
  })

  it('have the perplexity of the mean of their probabilities; two of a kind that of one', async () => {
    const perplexityOf = async (...members: Translator[]) =>
      (await Translator.ensemble(members, { engine: 'eager' }).evaluate(tinyValidation)).perplexity
    expect(await perplexityOf(first, first)).toBeCloseTo((await first.evaluate(tinyValidation)).perplexity, 3)

    const searches = [first, second].map(
      ({ models }) => new TranslationSearchModel(models, { engine: 'eager' }),
    )
    const together = new EnsembleStepModel(searches)
    const { source, target } = first.pipelines
    const logProbs: number[] = []
    for (const pair of tinyValidation) {
      const sources = createSourceBatch([source.encode(pair.source).ids])
      let state: readonly SearchState[] = await Promise.all(searches.map((search) => search.start(sources)))
      const words = [...target.encode(pair.target).ids, endId]
      for (const [t, word] of words.entries()) {
        const tokens = Int32Array.of(words[t - 1] ?? beginId)
        const step = await together.step({ tokens, parents: Int32Array.of(0), state, beams: 1, topK: null })
        state = step.state
        logProbs.push(step.logProbs[word] as number)
      }
    }
    const mean = logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length
    expect(await perplexityOf(first, second)).toBeCloseTo(Math.exp(-mean), 3)
  })

  it('average to one with the mean of their weights', async () => {
    const average = await Translator.average([first, second], { engine: 'eager' })
    const [a, b, mean] = [weightsOf(first), weightsOf(second), weightsOf(average)]
    expect(Object.keys(mean)).toEqual(Object.keys(a))
    for (const [name, { data }] of Object.entries(mean)) {
      const [x, y] = [(a[name] as NdArray).data, (b[name] as NdArray).data]
      expectClose(
        data,
        x.map((value, i) => (value + (y[i] as number)) / 2),
      )
    }
    expect(await best(average)).toHaveLength(texts.length)
  })

  it('are refused together when their vocabularies differ, and an ensemble is not saved as one', async () => {
    const other = await Translator.train({ ...tinyOptions, train: tinyOptions.train.slice(0, 9) })
    expect(() => Translator.ensemble([first, other])).toThrow(InvalidArgumentError)
    expect(() => Translator.ensemble([])).toThrow(InvalidArgumentError)
    await expect(Translator.average([first, other])).rejects.toThrow(InvalidArgumentError)
    await expect(Translator.ensemble([first, second]).save('/nowhere')).rejects.toThrow(InvalidArgumentError)
  })
})
