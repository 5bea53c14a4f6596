import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

  it('has an empty translation for an empty text', async () => {
    const [best] = await translator.translate('')
    expect(best).toMatchObject({ text: '', finished: true })
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
