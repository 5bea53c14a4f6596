/** A search whose sentences are divided among threads finds what one thread finds. */
import { beamSearch, findOnnxRuntime, Rng } from '@attentive/core'
import { describe, expect, it, vi } from 'vitest'
import { createSourceBatch } from '../../src/data/index.js'
import { parseTranslationConfig } from '../../src/translation/config.js'
import { TranslationModel } from '../../src/translation/model.js'
import { TranslationSearchModel } from '../../src/translation/search-model.js'

const vocabularySize = 3000
const sentences = 40

function model(style: 'bahdanau' | 'luong'): TranslationModel {
  const { model: config } = parseTranslationConfig({
    model: { embeddingSize: 64, hiddenSize: 96, decoder: style },
  })
  return new TranslationModel({
    ...config,
    sourceVocabularySize: vocabularySize,
    targetVocabularySize: vocabularySize,
    rng: new Rng(1),
  })
}

async function found(models: readonly TranslationModel[], threads: number) {
  const rng = new Rng(2)
  const ids = Array.from({ length: sentences }, (_, i) =>
    Array.from({ length: 3 + (i % 7) }, () => 4 + rng.nextInt(vocabularySize - 4)),
  )
  const search = new TranslationSearchModel(models, { threads })
  const started = vi.fn()
  process.on('worker', started)
  const results = await beamSearch(
    search,
    { state: await search.start(createSourceBatch(ids)), batchSize: sentences },
    { beginToken: 2, endToken: 3, bannedTokens: [0, 2], beamSize: 4, maxLength: 8 },
  )
  process.off('worker', started)
  await search.dispose()
  return { results, threads: started.mock.calls.length }
}

describe.skipIf(!findOnnxRuntime().runtime)('a search over many sentences', () => {
  it.each([
    ['one model', [model('bahdanau')]],
    ['one that feeds its output back', [model('luong')]],
    ['an ensemble', [model('bahdanau'), model('luong')]],
  ])('of %s', async (_, models) => {
    const [whole, divided] = [await found(models, 1), await found(models, 2)]
    expect([whole.threads, divided.threads]).toEqual([0, 1])
    for (const [i, hypotheses] of whole.results.entries()) {
      const [expected, actual] = [hypotheses[0], divided.results[i]?.[0]]
      expect(actual?.tokens).toEqual(expected?.tokens)
      expect(actual?.score).toBeCloseTo(expected?.score as number, 4)
    }
  })
})
