/** Settings of a forecaster: one schema for code, configuration files and saved models. */
import { checkConfig } from '@attentive/core'
import { z } from 'zod'
import { holidayProblem, indexFeatureFields } from '../features/settings.js'
import { transformNames } from '../scaling/channel-transform.js'
import { scalerNames } from '../scaling/scaler.js'
import { tableSchema } from '../series/index.js'
import { windowTrainingFields } from '../training/settings.js'
import { likelihoodSchema } from './likelihoods/index.js'
import { networkSchema } from './networks/index.js'

const size = z.int().positive()
const names = z.array(z.string().min(1))

const forecastTrainingSchema = z.strictObject({
  ...windowTrainingFields,
  /** Which validation score decides about the best checkpoint and early stopping; errors are of scaled values. */
  metric: z.enum(['loss', 'mse', 'mae']).default('loss'),
})

const settingsSchema = z.strictObject({
  model: networkSchema,
  /** L, steps that are looked back on. */
  lookback: size,
  /** H, steps that are forecast. Some networks need no weights for them: without a limit a forged one would take any memory. */
  horizon: size.max(100_000),
  /** Channels to be forecast; absent: all that are no covariates. */
  target: names.min(1).optional(),
  /** Channels known up to now, which help. */
  past: names.default([]),
  /** Channels known for the horizon, too. */
  future: names.default([]),
  /** Features of whole series that help: numbers, or texts as categories. */
  statics: names.default([]),
  ...indexFeatureFields,
  likelihood: likelihoodSchema.prefault({ type: 'point' }),
  /**
   * Of the targets, before they are scaled; undone in forecasts. Quantiles stay quantiles, and a point forecast of the
   * mean comes back as one of the median. What it learns, it learns of all series together; see `fitTransform`.
   */
  transform: z.enum(transformNames).default('none'),
  /** Default `standard`; of counts `none`. */
  scaler: z.enum(scalerNames).optional(),
  /** One scale for all series, or one for each. */
  scaling: z.enum(['together', 'each']).default('together'),
  /**
   * Reversible normalisation of each window: `last` subtracts the last value of the look-back, `standard` its mean, and
   * divides by its standard deviation (RevIN, Kim et al. 2022, without its affine part); `mean` divides by 1 + its mean
   * size (DeepAR, Salinas et al. 2020, section 3.3). All are undone afterwards. Default `last`; of counts `mean`.
   */
  windowNorm: z.enum(['none', 'last', 'standard', 'mean']).optional(),
  training: forecastTrainingSchema.prefault({}),
  /** How the files were read that it learnt from: kept with the model, so that later ones are read alike. */
  table: tableSchema.optional(),
  seed: z.int().default(1),
})

type Settings = z.output<typeof settingsSchema>

/** Counts stay counts. */
const countScales = { transform: ['none'], scaler: ['none'], windowNorm: ['none', 'mean'] }

export const forecastConfigSchema = settingsSchema
  .superRefine((settings, context) => {
    const message = holidayProblem(settings)
    if (message !== null) context.addIssue({ code: 'custom', path: ['holidays'], message })
    if (settings.likelihood.type !== 'negativeBinomial') return
    for (const [name, allowed] of Object.entries(countScales)) {
      const chosen = settings[name as keyof typeof countScales]
      if (chosen !== undefined && !allowed.includes(chosen))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `must be ${allowed.join(' or ')} with a negative binomial likelihood, which is one of counts`,
        })
    }
  })
  .transform((settings) => ({ ...settings, ...scalesOf(settings) }))

function scalesOf({ likelihood, scaler, windowNorm }: Settings) {
  const isCount = likelihood.type === 'negativeBinomial'
  return {
    scaler: scaler ?? (isCount ? 'none' : 'standard'),
    windowNorm: windowNorm ?? (isCount ? 'mean' : 'last'),
  } as const
}

export type ForecastConfig = z.input<typeof forecastConfigSchema>
export type ParsedForecastConfig = z.output<typeof forecastConfigSchema>

/** @throws InvalidArgumentError naming the fields that are wrong. */
export function parseForecastConfig(config: unknown): ParsedForecastConfig {
  return checkConfig(forecastConfigSchema, config, 'config')
}
