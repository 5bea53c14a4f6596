/** What it takes to repeat a published result. */
import type { TranslateOptions, TranslationConfig } from '@attentive/nlp'
import type { BaselineName, ForecastConfig, ReadOptions } from '@attentive/timeseries'

/** Names of the two files of a corpus, source first. */
export type CorpusFiles = readonly [source: string, target: string]

interface CommonRecipe {
  title: string
  /** Name of the data folder, where there are several side by side. */
  folder: string
  /** Where the data comes from, for those who have none. */
  source: string
  /** On what terms, in a sentence. */
  terms: string
  /** One model for each. */
  seeds: readonly number[]
  /** Recipes whose models are the same share their runs by this name. */
  runs: string
}

export interface TranslationRecipe extends CommonRecipe {
  task: 'translation'
  /** In the data folder. Settings are chosen by the validation set alone; the test set is scored once, in the end. */
  files: Record<'train' | 'validation' | 'test', CorpusFiles>
  /** The licence of models that are given away. */
  modelLicence: string
  config: Omit<TranslationConfig, 'seed'>
  /** Several models decode as an ensemble. */
  search: Pick<TranslateOptions, 'beamSize' | 'lengthPenalty'>
}

export interface ForecastRecipe extends CommonRecipe {
  task: 'forecast'
  /** In the data folder. */
  file: string
  read: ReadOptions
  /** Rows, or shares, of the training, validation and test part. Settings are chosen by the validation part alone. */
  split: readonly [train: number, validation: number, test: number]
  /** A model for each, and for each seed. */
  horizons: readonly number[]
  config: Omit<ForecastConfig, 'seed' | 'horizon'>
  /** Rows between two windows of the test part. Default 1: all windows. */
  stride?: number
  /**
   * The simple method that networks are blended with, by weights learnt on the validation part; scores are then those of
   * the blend of each seed's network, with the networks' own and the blend of all seeds beside them. Default none.
   */
  blend?: { name: BaselineName; period?: number }
  /** Score all simple methods, told all that came before, and DLinear on the same windows. Default false. */
  beside?: boolean
  /**
   * Coverage of central intervals on the test part, calibrated on the validation part, a window every so many rows, and
   * adapted along the history. Default none.
   */
  intervals?: { coverage: number; stride: number }
}

/** The hourly, daily, … series of the M4 competition, scored as its organisers did. */
export interface M4Recipe extends CommonRecipe {
  task: 'm4'
  /** A series in a row. */
  files: Record<'train' | 'test', string>
  /** Steps of a season. */
  period: number
  /** Forecasts the horizon of the competition; its last so many training rows are the validation part. */
  config: Omit<ForecastConfig, 'seed'>
  /** sMAPE and MASE of Naive2, as published: what OWA is relative to. */
  naive2: { smape: number; mase: number }
}

export type Recipe = TranslationRecipe | ForecastRecipe | M4Recipe
