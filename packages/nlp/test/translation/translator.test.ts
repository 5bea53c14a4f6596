import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError } from '@attentive/core'
import { expectClose } from '@attentive/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TrainTranslatorOptions, Translator } from '../../src/index.js'
import { heldOutPairs as heldOut, trainingPairs } from './numerals.js'

const options: TrainTranslatorOptions = {
  train: trainingPairs,
  validation: heldOut,
  text: { tokenizer: { type: 'whitespace' } },
  model: { embeddingSize: 24, hiddenSize: 32, dropout: { embedding: 0.1, encoder: 0.1, output: 0.1 } },
  training: {
    batchSize: 32,
    epochs: 20,
    optimizer: { type: 'adam', learningRate: 1e-2 },
    patience: 0,
    metric: 'perplexity',
  },
  seed: 7,
}

describe('Translator', () => {
  let folder: string
  let translator: Translator
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'translator-'))
    translator = await Translator.train(options)
  }, 120_000)
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  it('translates sentences it has not seen', async () => {
    const { translations, perplexity } = await translator.evaluate(heldOut)
    const right = translations.filter(({ text }, i) => text === heldOut[i]?.target)
    expect(right.length / heldOut.length).toBeGreaterThan(0.9)
    expect(perplexity).toBeLessThan(1.5)
  })

  it('gives the same translations after saving and loading', async () => {
    await translator.save(folder)
    const loaded = await Translator.load(folder)
    const texts = heldOut.map(({ source }) => source)
    const [before, after] = [await translator.translate(texts), await loaded.translate(texts)]
    expect(after.map(([best]) => [best.text, best.score])).toEqual(
      before.map(([best]) => [best.text, best.score]),
    )
  })

  it('translates texts of different lengths together as it does one by one', async () => {
    const texts = ['six', 'one two', '', 'three four five', 'two', 'one one six two five']
    const together = await translator.translate(texts)
    const small = await translator.translate(texts, { batchSize: 2 })
    for (const [i, text] of texts.entries()) {
      const [alone] = await translator.translate(text)
      for (const [best] of [together, small].flatMap((translations) => translations.slice(i, i + 1))) {
        expect(best).toMatchObject({ text: alone.text, tokens: alone.tokens, finished: alone.finished })
        expect(best.logProb).toBeCloseTo(alone.logProb, 4)
        expectClose(best.attention.weights, alone.attention.weights)
      }
    }
  })

  it('returns the n best translations, all different, in falling order', async () => {
    const nBest = await translator.translate('two five one', { beamSize: 6, nBest: 4 })
    expect(nBest[0]?.text).toBe('eins fünf zwei')
    expect(new Set(nBest.map(({ text }) => text)).size).toBe(4)
    const scores = nBest.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    await expect(translator.translate('two', { beamSize: 2, nBest: 3 })).rejects.toThrow(InvalidArgumentError)
  })

  it('draws the same samples from the same seed, and others from another', async () => {
    const draw = async (seed: number, temperature = 3) => {
      const drawn = await translator.translate('two five one', { nBest: 5, sampling: { seed, temperature } })
      return drawn.map(({ text }) => text)
    }
    expect(await draw(1)).toEqual(await draw(1))
    expect(await draw(1)).not.toEqual(await draw(2))
    expect(new Set(await draw(1, 0.01))).toEqual(new Set(['eins fünf zwei']))
  })

  it('keeps to the limits it is given', async () => {
    const [short] = await translator.translate('two five one', { maxLength: 2, beamSize: 1 })
    expect(short).toMatchObject({ finished: false, truncated: false })
    expect(short.tokens).toHaveLength(2)
    const [cut] = await translator.translate('two five one', { maxSourceLength: 2 })
    expect(cut).toMatchObject({ text: 'fünf zwei', truncated: true })
    for (const options of [{ batchSize: 0 }, { maxSourceLength: 0.5 }, { beamSize: -1 }, { maxLength: 0 }])
      await expect(translator.translate('two', options)).rejects.toThrow(InvalidArgumentError)
  })

  it('tells how far it is', async () => {
    const told: number[][] = []
    const texts = ['one', '', 'two', 'three', 'four']
    await translator.translate(texts, { batchSize: 2, onProgress: (...progress) => told.push(progress) })
    expect(told).toEqual([
      [3, 5],
      [5, 5],
    ])
  })

  it('has an empty translation for an empty text, which can be drawn like any other', async () => {
    for (const text of ['', '  \n']) {
      const [best] = await translator.translate(text)
      expect(best).toMatchObject({ text: '', tokens: [], finished: true, logProb: 0 })
      expect(best.attention.toSvg()).toContain('<svg')
    }
    expect(await translator.translate([])).toEqual([])
  })

  it('attends to the words it translates', async () => {
    const [best] = await translator.translate('two five one')
    expect(best.attention.columns).toEqual(['two', 'five', 'one', '</s>'])
    expect(best.attention.weights).toHaveLength(best.attention.rows.length * 4)
    for (let t = 0; t < best.attention.rows.length; t++) {
      const row = best.attention.weights.subarray(4 * t, 4 * t + 4)
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
    }
  })

  it('decodes an ensemble of one model with itself like the model', async () => {
    const ensemble = Translator.ensemble([translator, translator])
    const texts = heldOut.map(({ source }) => source)
    const [alone, together] = [await translator.translate(texts), await ensemble.translate(texts)]
    together.forEach(([best], i) => {
      expect(best.text).toBe(alone[i]?.[0].text)
      expect(best.logProb).toBeCloseTo(alone[i]?.[0].logProb as number, 4)
    })
  })

  it('translates alike with weights of 8 bits', async () => {
    await translator.save(folder)
    const rounded = await Translator.load(folder, { precision: 'int8' })
    const { translations, perplexity } = await rounded.evaluate(heldOut)
    const exact = await translator.evaluate(heldOut)
    expect(perplexity).toBeCloseTo(exact.perplexity, 4)
    const same = translations.filter(({ text }, i) => text === exact.translations[i]?.text)
    expect(same.length / heldOut.length).toBeGreaterThan(0.9)
    const apart = translations.map(({ logProb }, i) => logProb - (exact.translations[i]?.logProb as number))
    expect(Math.hypot(...apart)).toBeGreaterThan(0)
  })

  it('searches alike on both engines', async () => {
    await translator.save(folder)
    const eager = await Translator.load(folder, { engine: 'eager' })
    const texts = heldOut.slice(0, 4).map(({ source }) => source)
    const [a, b] = [
      await translator.translate(texts, { nBest: 3 }),
      await eager.translate(texts, { nBest: 3 }),
    ]
    a.forEach((nBest, i) => {
      nBest.forEach((translation, n) => {
        expect(b[i]?.[n]?.text).toBe(translation.text)
        expect(b[i]?.[n]?.score).toBeCloseTo(translation.score, 4)
      })
    })
  })
})
