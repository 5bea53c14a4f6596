/**
 * Multi30k, task 1 (Elliott et al. 2016): 29,000 captions of photographs in English and German. Small models with
 * much dropout; byte pairs of each language by itself; lower-cased, as the published attention baselines are
 * (LIUM-CVC at WMT17, Caglayan et al. 2017).
 */
import type { TextConfig } from '@attentive/nlp'
import type { TranslationRecipe } from './recipe.js'

type Language = 'en' | 'de'

const textOf = (language: Language): TextConfig => ({
  tokenizer: { type: 'moses', language },
  normalize: { punctuation: language },
})

function multi30k(source: Language, target: Language): TranslationRecipe {
  const filesOf = (part: string) => [`${part}.${source}`, `${part}.${target}`] as const
  return {
    task: 'translation',
    title: `Multi30k, ${source} → ${target}`,
    folder: 'multi30k',
    files: { train: filesOf('train'), validation: filesOf('val'), test: filesOf('test_2016_flickr') },
    source: 'https://github.com/multi30k/dataset (data/task1/raw, unpacked)',
    terms:
      'Multi30k (Elliott et al. 2016) is for research: its translations are under CC BY-NC-SA 4.0, its English captions come from Flickr30k.',
    modelLicence: 'CC BY-NC-SA 4.0, not for commercial use',
    config: {
      text: { casing: 'lowercase', subword: { type: 'bpe', merges: 5000 } },
      source: textOf(source),
      target: textOf(target),
      model: {
        embeddingSize: 256,
        hiddenSize: 256,
        dropout: { embedding: 0.3, encoder: 0.4, output: 0.4 },
      },
      training: {
        batchSize: 64,
        epochs: 14,
        optimizer: { type: 'adam', learningRate: 2e-3 },
        schedule: { type: 'plateau', factor: 0.5, patience: 1 },
        clipNorm: 1,
        labelSmoothing: 0.1,
        metric: 'bleu',
        patience: 6,
        averageDecay: 0.999,
      },
    },
    seeds: [1],
    search: { beamSize: 5, lengthPenalty: { type: 'gnmt', alpha: 1 } },
    runs: `multi30k-${source}-${target}`,
  }
}

export const enDe = multi30k('en', 'de')
export const deEn = multi30k('de', 'en')

/** The text processing comes from the corpus alone, so that the three have the same vocabularies. */
export const enDeEnsemble: TranslationRecipe = {
  ...enDe,
  title: `${enDe.title}, ensemble of three`,
  config: { ...enDe.config, training: { ...enDe.config.training, epochs: 18 } },
  seeds: [1, 2, 3],
}

/** What it costs to throw the source's stop words away; for the guide. */
export const enDeStopWords: TranslationRecipe = {
  ...enDe,
  title: `${enDe.title}, without English stop words`,
  config: { ...enDe.config, source: { ...textOf('en'), stopWords: 'en' } },
  runs: 'multi30k-en-de-stop-words',
}
