/** The model card of a trained translator. */
import { modelCard, type TrainResult } from '@attentive/core'
import type { CorpusCounts } from '../data/index.js'
import type { ParsedTranslationConfig } from './config.js'
import type { TranslatorParts } from './folder.js'

export interface TrainingCardParts extends TranslatorParts {
  config: ParsedTranslationConfig
  result: TrainResult
  counts: CorpusCounts
}

export function trainingCard({ pipelines, model, config, result, counts }: TrainingCardParts): string {
  const { best, steps, seconds } = result
  return modelCard({
    title: 'Translator',
    summary: `Bidirectional LSTM encoder, LSTM decoder with ${config.model.attention} attention. Load it with \`Translator.load\`; \`config.json\` holds all settings.`,
    data: `${counts.examples} sentence pairs with ${counts.targetTokens} target tokens.`,
    scores: best ? { [`Validation ${config.training.metric}`]: best.score.toFixed(2) } : {},
    facts: {
      Parameters: model.parameterCount(),
      'Source vocabulary': pipelines.source.vocabulary.size,
      'Target vocabulary': pipelines.target.vocabulary.size,
      'Training steps': best ? `${steps}, the best after ${best.step}` : steps,
      Minutes: (seconds / 60).toFixed(1),
    },
    seed: config.seed,
  })
}
