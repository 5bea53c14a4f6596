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
  const { best, averaged, steps, seconds } = result
  const score = averaged ?? best
  return modelCard({
    title: 'Translator',
    summary: `Bidirectional LSTM encoder, LSTM decoder with ${config.model.attention} attention. Load it with \`Translator.load\`; \`config.json\` holds all settings.`,
    data: `${counts.examples} sentence pairs with ${counts.targetTokens} target tokens.`,
    scores: score ? { [`Validation ${config.training.metric}`]: score.score.toFixed(2) } : {},
    facts: {
      Parameters: model.parameterCount(),
      'Source vocabulary': pipelines.source.vocabulary.size,
      'Target vocabulary': pipelines.target.vocabulary.size,
      'Training steps': best ? `${steps}, the best after ${best.step}` : steps,
      ...(averaged ? { 'Mean of the weights after steps': averaged.steps.join(', ') } : {}),
      Minutes: (seconds / 60).toFixed(1),
    },
    seed: config.seed,
  })
}
