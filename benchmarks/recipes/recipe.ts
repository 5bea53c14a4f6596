/** What it takes to repeat a published result. */
import type { TranslateOptions, TranslationConfig } from '@attentive/nlp'

/** Names of the two files of a corpus, source first. */
export type CorpusFiles = readonly [source: string, target: string]

export interface Recipe {
  title: string
  /** Name of the data folder, where there are several side by side. */
  folder: string
  /** In the data folder. Settings are chosen by the validation set alone; the test set is scored once, in the end. */
  files: Record<'train' | 'validation' | 'test', CorpusFiles>
  /** Where the data comes from, for those who have none. */
  source: string
  /** On what terms, in a sentence. */
  terms: string
  /** The licence of models that are given away. */
  modelLicence: string
  config: Omit<TranslationConfig, 'seed'>
  /** One model for each; several decode as an ensemble. */
  seeds: readonly number[]
  search: Pick<TranslateOptions, 'beamSize' | 'lengthPenalty'>
  /** Recipes whose models are the same share their runs by this name. */
  runs: string
}
