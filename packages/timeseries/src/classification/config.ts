/** Settings of a classifier: one schema for code, configuration files and saved models. */
import { checkConfig } from '@attentive/core'
import { z } from 'zod'
import { scalerNames } from '../scaling/scaler.js'
import { tableSchema } from '../series/index.js'
import { trainingFields } from '../training/settings.js'
import { networkSchema } from './networks/index.js'

const size = z.int().positive()

const classifierTrainingSchema = z.strictObject({
  ...trainingFields,
  /** Series in a batch. */
  batchSize: size.default(32),
  epochs: size.default(100),
  /** Which validation score decides about the best checkpoint and early stopping. */
  metric: z.enum(['loss', 'accuracy', 'balancedAccuracy', 'macroF1']).default('loss'),
  patience: z.int().nonnegative().default(20),
})

export const classifierConfigSchema = z.strictObject({
  model: networkSchema,
  /** Channels that are read; absent: all that the first training series has. */
  channels: z.array(z.string().min(1)).min(1).optional(),
  /** Of each channel, over all training series. */
  scaler: z.enum(scalerNames).default('standard'),
  /** `series`: each channel of each series to mean 0 and standard deviation 1 by itself, in place of the scaler. */
  normalise: z.enum(['none', 'series']).default('none'),
  /**
   * What an error costs: the same in all classes, or N / (K · N_k) for a series of class k, so that all K classes have
   * the same weight together (King & Zeng 2001, "Logistic regression in rare events data", section 4.2).
   */
  classWeights: z.enum(['none', 'balanced']).default('none'),
  /** ε, share of the target distribution that is spread over all classes; see `crossEntropy`. */
  labelSmoothing: z.number().min(0).lt(1).default(0),
  training: classifierTrainingSchema.prefault({}),
  /** How the files were read that it learnt from, where a row was a time: kept with the model. */
  table: tableSchema.optional(),
  /** Column of the label: its name, or its place in a table with a series in each row. */
  label: z.union([z.string().min(1), z.int()]).optional(),
  seed: z.int().default(1),
})

export type ClassifierConfig = z.input<typeof classifierConfigSchema>
export type ParsedClassifierConfig = z.output<typeof classifierConfigSchema>

/** @throws InvalidArgumentError naming the fields that are wrong. */
export function parseClassifierConfig(config: unknown): ParsedClassifierConfig {
  return checkConfig(classifierConfigSchema, config, 'config')
}
