/** What a reproduction leaves behind, and its short form for people. */
import type { Evaluation, EvaluationScores } from '@attentive/nlp'
import type { TranslationRecipe } from '../../../recipes/recipe.js'
import type { Environment } from '../environment.js'

export interface PartScores extends EvaluationScores {
  perplexity: number
  sentences: number
  sentencesPerSecond: number
}

export interface TrainedMember {
  seed: number
  minutes: number
  steps: number
  /** The validation score that chose the weights, and the step it was reached at. */
  best: { score: number; step: number } | null
}

/** Contents of `results/NAME.json`. */
export interface Reproduction {
  name: string
  title: string
  command: string
  config: TranslationRecipe['config']
  search: TranslationRecipe['search']
  seeds: readonly number[]
  /** SHA-256 of each file. */
  data: Record<string, string>
  scores: Record<'validation' | 'test', PartScores>
  /** Minutes of training, all members together. */
  minutes: number
  training: TrainedMember[]
  environment: Environment
}

export function partScores({ scores, perplexity, sentences, sentencesPerSecond }: Evaluation): PartScores {
  return { ...scores, perplexity, sentences, sentencesPerSecond }
}

export function summaryOf({ title, scores, minutes }: Reproduction): string {
  const lines = Object.entries(scores).flatMap(([part, { bleu, tokenizedBleu, chrf, ter, perplexity }]) => [
    ...[bleu, tokenizedBleu, chrf, ter].map(
      ({ name, signature, score }) => `${part}: ${name}|${signature} = ${score.toFixed(2)}`,
    ),
    `${part}: perplexity = ${perplexity.toFixed(3)}`,
  ])
  return [`${title}: ${minutes.toFixed(1)} minutes of training`, ...lines].join('\n')
}
