import { beamSearch, EnsembleStepModel, InvalidArgumentError, type NdArray } from '@attentive/core'
import { expectClose } from '@attentive/core/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSourceBatch, TranslationSearchModel, Translator } from '../../src/index.js'
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
