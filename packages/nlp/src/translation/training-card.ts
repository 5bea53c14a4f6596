/** The model card of a trained translator. */
import { modelCard, type TrainResult, trainingFacts } from '@attentive/core'
import type { CorpusCounts } from '../data/index.js'
import type { ParsedTranslationConfig } from './config.js'
import type { TranslatorParts } from './folder.js'

export interface TrainingCardParts extends TranslatorParts {
  config: ParsedTranslationConfig
  result: TrainResult
  counts: CorpusCounts
}

export function trainingCard({ pipelines, model, config, result, counts }: TrainingCardParts): string {
  const score = result.averaged ?? result.best
  return modelCard({
    title: 'Translator',
    summary: `Bidirectional LSTM encoder, LSTM decoder with ${config.model.attention} attention. Load it with \`Translator.load\`; \`config.json\` holds all settings.`,
    data: `${counts.examples} sentence pairs with ${counts.targetTokens} target tokens.`,
    scores: score ? { [`Validation ${config.training.metric}`]: score.score.toFixed(2) } : {},
    facts: {
      'Source vocabulary': pipelines.source.vocabulary.size,
      'Target vocabulary': pipelines.target.vocabulary.size,
      ...trainingFacts(model, result),
    },
    seed: config.seed,
  })
}
