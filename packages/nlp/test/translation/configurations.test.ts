/** Every setting in one table: each row trains a few steps, saves, loads, and translates the same. */
import { type AttentionScoreName, attentionScores, Rng } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import {
  parseTranslationConfig,
  type TrainTranslatorOptions,
  type Translation,
  type TranslationConfig,
  Translator,
} from '../../src/index.js'
import { createModel } from '../../src/translation/folder.js'
import { temporaryFolder, tinyOptions, tinyValidation, weightsOf } from './tiny-training.js'

const { model, training } = tinyOptions

const table: Record<string, TranslationConfig> = {
  'the defaults': {},
  ...Object.fromEntries(
    (Object.keys(attentionScores) as AttentionScoreName[]).map((attention, i) => {
      const decoder = (['luong', 'bahdanau'] as const)[i % 2]
      return [`${decoder} decoder, ${attention} attention`, { model: { ...model, decoder, attention } }]
    }),
  ),
  'no tied embeddings': { model: { ...model, tiedEmbeddings: 'none' } },
  'all embeddings tied, joint vocabulary': {
    jointVocabulary: true,
    model: { ...model, tiedEmbeddings: 'all' },
  },
  'joint byte pairs': {
    jointVocabulary: true,
    text: { tokenizer: { type: 'moses' }, subword: { type: 'bpe', merges: 20 } },
  },
  'characters, lower case': { text: { tokenizer: { type: 'character' }, casing: 'lowercase', recase: true } },
  'different sides': {
    source: { tokenizer: { type: 'segmenter', language: 'en' }, stopWords: 'en' },
    target: { tokenizer: { type: 'moses', language: 'de' }, casing: 'truecase' },
  },
  'a small vocabulary': { text: { tokenizer: { type: 'whitespace' }, maxSize: 7 } },
  'two encoder layers': { model: { ...model, encoderLayers: 2 } },
  'no dropout, no smoothing': {
    model: { ...model, dropout: { embedding: 0, encoder: 0, output: 0 } },
    training: { ...training, labelSmoothing: 0 },
  },
  'averaged weights': { training: { ...training, averageDecay: 0.9 } },
  'a plateau schedule, frequent validation, perplexity': {
    training: {
      ...training,
      schedule: { type: 'plateau', patience: 0 },
      validateEvery: 2,
      metric: 'perplexity',
      patience: 4,
    },
  },
  'warm-up and momentum': {
    training: {
      ...training,
      optimizer: { type: 'momentum', learningRate: 0.1 },
      schedule: { type: 'cosine', warmupSteps: 2, totalSteps: 6 },
    },
  },
  'scheduled sampling': {
    training: { ...training, scheduledSampling: { probability: 0.5, riseSteps: 2 } },
  },
  'short sentences only': { training: { ...training, maxLength: 2, shuffleBuffer: 5 } },
}

describe.each(Object.entries(table))('a translator with %s', (_, config) => {
  it('trains, saves, loads and translates the same', async () => {
    const output = await temporaryFolder()
    const settings: TrainTranslatorOptions = {
      ...tinyOptions,
      ...config,
      validation: tinyValidation,
      output,
    }
    const translator = await Translator.train(settings)
    expect(unchanged(translator, settings)).toEqual([])
    const texts = tinyValidation.map(({ source }) => source)
    const loaded = await Translator.load(output, { engine: 'eager' })
    expect(weightsOf(loaded)).toEqual(weightsOf(translator))
    const before = await translator.translate(texts, { beamSize: 3, nBest: 2 })
    const after = await loaded.translate(texts, { beamSize: 3, nBest: 2 })
    expect(after.map(summarise)).toEqual(before.map(summarise))
    const compiled = await Translator.load(output)
    const third = await compiled.translate(texts, { beamSize: 3, nBest: 2 })
    expect(third.map((nBest) => nBest.map(({ text }) => text))).toEqual(
      before.map((nBest) => nBest.map(({ text }) => text)),
    )
    await compiled.dispose()
  })
})

/** Parameters that have the values they had before the first step. */
function unchanged(translator: Translator, settings: TrainTranslatorOptions): string[] {
  const config = parseTranslationConfig({ model: settings.model, jointVocabulary: settings.jointVocabulary })
  const initial = createModel(config.model, translator.pipelines, new Rng(tinyOptions.seed)).stateDict()
  return Object.entries(weightsOf(translator)).flatMap(([name, { data }]) =>
    data.some((x, i) => x !== initial[name]?.data[i]) ? [] : [name],
  )
}

const summarise = (nBest: Translation[]) =>
  nBest.map(({ text, score, tokens, attention }) => ({ text, score, tokens, weights: attention.weights }))
