/** What a training run knows of itself on the way: its scores on sentences that it does not train on. */
import type { CompileOptions, TrainOptions } from '@attentive/core'
import type { Batch } from '../data/index.js'
import { createMetric } from '../metrics/index.js'
import type { TextPair, TextPipelinePair } from '../text/index.js'
import { modeOf, type ParsedTrainingConfig } from './config.js'
import { collectPairs, type ParallelCorpus } from './corpus.js'
import type { TranslationModel } from './model.js'
import { corpusPerplexity } from './perplexity.js'
import { TranslationSearchModel } from './search-model.js'
import { translateTexts } from './translate.js'

interface ValidatedParts {
  model: TranslationModel
  pipelines: TextPipelinePair
  engine: CompileOptions
}

/** The trainer's options for validating on a corpus. */
export async function validationOf(
  corpus: ParallelCorpus,
  training: ParsedTrainingConfig,
  parts: ValidatedParts,
): Promise<Pick<TrainOptions<Batch>, 'validation' | 'earlyStopping'>> {
  const { metric, patience, validateEvery } = training
  const pairs = await collectPairs(corpus)
  return {
    validation: {
      run: () => validate(pairs, metric, parts),
      metric,
      mode: modeOf(training),
      ...(validateEvery === undefined ? {} : { every: validateEvery }),
    },
    ...(patience > 0 ? { earlyStopping: { patience } } : {}),
  }
}

/** Greedy translations: quick, and in step with beam search for choosing a checkpoint. */
async function validate(
  pairs: TextPair[],
  metric: ParsedTrainingConfig['metric'],
  { model, pipelines, engine }: ValidatedParts,
): Promise<Record<string, number>> {
  const search = new TranslationSearchModel([model], engine)
  const texts = pairs.map(({ source }) => source)
  const translations = await translateTexts({ pipelines, search }, texts, { beamSize: 1 }).finally(() =>
    search.dispose(),
  )
  const hypotheses = translations.map(([best]) => best?.text ?? '')
  const references = pairs.map(({ target }) => target)
  const options = { lowercase: pipelines.target.config.casing === 'lowercase' }
  const score = (name: 'bleu' | 'exact-match') =>
    createMetric(name, options).corpusScore(hypotheses, references).score
  return {
    bleu: score('bleu'),
    // For most sentences it says little: shown where it decides.
    ...(metric === 'exactMatch' ? { exactMatch: score('exact-match') } : {}),
    perplexity: await corpusPerplexity(model, pipelines, pairs, engine),
  }
}
