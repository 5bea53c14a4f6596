/** Settings of an anomaly detector. */
import { checkConfig } from '@attentive/core'
import { z } from 'zod'
import { networkSchema } from '../forecasting/networks/index.js'
import { cellSchema } from '../networks/recurrent-stack.js'
import { scalerNames } from '../scaling/scaler.js'
import { tableSchema } from '../series/index.js'
import { windowTrainingFields } from '../training/settings.js'
import { thresholdSchema } from './threshold.js'

const size = z.int().positive()

export const autoencoderSchema = z.strictObject({
  name: z.literal('autoencoder'),
  /** W, steps that are written down and told again together. */
  window: size.default(48),
  hiddenSize: size.default(32),
  /** K, slots that the window is written into. */
  slots: size.default(4),
  /** Numbers in a slot: K times as many are all that is kept of W · C. */
  slotSize: size.default(4),
  cell: cellSchema,
})

const residualsSchema = z.strictObject({
  name: z.literal('forecast'),
  /** What forecasts. */
  network: networkSchema.prefault({ name: 'lstm-attention' }),
  /** L, steps that are looked back on. */
  lookback: size.default(48),
  /** H, steps that are forecast at once, from every H-th step. */
  horizon: size.default(1),
})

const detectorTrainingSchema = z.strictObject(windowTrainingFields)

export const detectorConfigSchema = z.strictObject({
  /**
   * `autoencoder`: what cannot be told again from a short note of it is strange. `forecast`: what was not to be expected
   * is.
   */
  method: z
    .discriminatedUnion('name', [autoencoderSchema, residualsSchema])
    .prefault({ name: 'autoencoder' }),
  /** Channels to be watched; absent: all. */
  target: z.array(z.string().min(1)).min(1).optional(),
  scaler: z.enum(scalerNames).default('standard'),
  /**
   * Steps over whose standard deviation each channel is watched, too: a sensor that stands still is easily forecast and
   * easily told again. 0: not.
   */
  activitySpan: z.int().nonnegative().default(8),
  /** Steps that scores are averaged over, backwards: 1 for none. */
  smoothing: size.default(1),
  /** Chosen on clean validation data. */
  threshold: thresholdSchema.prefault({ type: 'tail' }),
  /** Events with at most so many steps between them are one. */
  joinGap: z.int().nonnegative().default(5),
  /** Events of fewer steps are none. */
  minLength: size.default(1),
  /** What steps are at which a watched channel has no value: nothing, or anomalies whatever the rest scores. */
  missing: z.enum(['ignored', 'anomaly']).default('ignored'),
  training: detectorTrainingSchema.prefault({}),
  /** How the files were read that it learnt from. */
  table: tableSchema.optional(),
  seed: z.int().default(1),
})

export type DetectorConfig = z.input<typeof detectorConfigSchema>
export type ParsedDetectorConfig = z.output<typeof detectorConfigSchema>
export type AutoencoderConfig = z.output<typeof autoencoderSchema>

/** @throws InvalidArgumentError naming the fields that are wrong. */
export function parseDetectorConfig(config: unknown): ParsedDetectorConfig {
  return checkConfig(detectorConfigSchema, config, 'config')
}

/** Rows that a series needs for one residual: a window, or a look-back and a horizon. */
export function rowsNeeded(method: ParsedDetectorConfig['method']): number {
  return method.name === 'autoencoder' ? method.window : method.lookback + method.horizon
}
