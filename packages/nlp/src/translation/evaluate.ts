/** Scores of a translator on a parallel corpus. */
import type { CompileOptions } from '@attentive/core'
import { createMetric, formatScore, type SignedScore, type TextMetric } from '../metrics/index.js'
import type { TextPair, TextPipelinePair } from '../text/index.js'
import { collectPairs, type ParallelCorpus } from './corpus.js'
import type { TranslationModel } from './model.js'
import { measureSearch, PerplexityMeter } from './perplexity.js'
import { type TranslateOptions, type TranslationEngine, translateTexts } from './translate.js'
import type { Translation } from './translation.js'

export interface EvaluationScores {
  /** sacreBLEU's definition, on text as people read it. */
  bleu: SignedScore
  chrf: SignedScore
  ter: SignedScore
  /** BLEU over the system's own words, lower-cased where it lower-cases: what papers on small corpora report. */
  tokenizedBleu: SignedScore
}

export interface Evaluation {
  scores: EvaluationScores
  /**
   * exp of the mean negative log-likelihood per target token, without label smoothing; of an ensemble, by the mean of
   * its members' probabilities.
   */
  perplexity: number
  sentences: number
  sentencesPerSecond: number
  translations: Translation[]
  references: string[]
  /** The scores as sacreBLEU prints them, one a line. */
  summary: string
}

/** Translates the sources and compares with the targets. @param models the translator's: one, or an ensemble. */
export async function evaluateTranslations(
  engine: TranslationEngine,
  models: readonly TranslationModel[],
  corpus: ParallelCorpus,
  options: TranslateOptions & CompileOptions = {},
): Promise<Evaluation> {
  const pairs = await collectPairs(corpus)
  const started = performance.now()
  const nBest = await translateTexts(
    engine,
    pairs.map(({ source }) => source),
    { ...options, nBest: 1 },
  )
  const seconds = (performance.now() - started) / 1000
  const translations = nBest.map(([best]) => best as Translation)
  const references = pairs.map(({ target }) => target)
  const scores = scoreTranslations(engine.pipelines, translations, references)
  return {
    scores,
    perplexity: await measurePerplexity(engine, models, pairs, options),
    sentences: pairs.length,
    sentencesPerSecond: pairs.length / seconds,
    translations,
    references,
    summary: Object.values(scores)
      .map((score) => formatScore(score))
      .join('\n'),
  }
}

/** Of one model in one graph a batch, which is faster than step by step, and exact in every precision. */
async function measurePerplexity(
  { search, pipelines }: TranslationEngine,
  models: readonly TranslationModel[],
  pairs: readonly TextPair[],
  options: CompileOptions,
): Promise<number> {
  if (models.length > 1) return measureSearch(search, pipelines, pairs)
  const meter = new PerplexityMeter(models[0] as TranslationModel, pipelines, options)
  return meter.measure(pairs).finally(() => meter.dispose())
}

function scoreTranslations(
  { target }: TextPipelinePair,
  translations: Translation[],
  references: string[],
): EvaluationScores {
  const lowercase = target.config.casing === 'lowercase'
  const texts = translations.map(({ text }) => text)
  const words = translations.map(({ tokens }) => target.joinWords(tokens).join(' '))
  const referenceWords = references.map((reference) =>
    target.joinWords(target.encode(reference).tokens).join(' '),
  )
  const score = (metric: TextMetric, hypotheses: string[], expected: string[]) =>
    metric.corpusScore(hypotheses, expected)
  return {
    bleu: score(createMetric('bleu', { lowercase }), texts, references),
    chrf: score(createMetric('chrf', { lowercase }), texts, references),
    ter: score(createMetric('ter'), texts, references),
    tokenizedBleu: score(createMetric('multi-bleu'), words, referenceWords),
  }
}
