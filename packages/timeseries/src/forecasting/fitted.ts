/** What a forecaster learns of its series before a network is trained: roles, scales, frequency, static features. */
import { CheckpointError, DataError, InvalidArgumentError } from '@attentive/core'
import { z } from 'zod'
import { indexFeatureCount, indexFeatures } from '../features/index-features.js'
import {
  channelTransformSchema,
  learnTransform,
  noTransform,
  transformed,
} from '../scaling/channel-transform.js'
import { type ChannelScales, channelScalesSchema, learnScales } from '../scaling/scaler.js'
import type { TimeSeries } from '../series/index.js'
import { requireChannels } from '../series/require-channels.js'
import { requireFrequency } from '../series/require-frequency.js'
import type { ParsedForecastConfig } from './config.js'
import type { NetworkSizes } from './network.js'
import { type PreparedSeries, prepareSeries, type Scales } from './prepared-series.js'
import { encodeStatics, learnStatics, staticFeatureSchema, staticWidth } from './static-features.js'

const names = z.array(z.string())
const scalesSchema = z.strictObject({ target: channelScalesSchema, covariates: channelScalesSchema })

export const fittedSchema = z.strictObject({
  roles: z.strictObject({ target: names.min(1), past: names, future: names }),
  /** As `Frequency` writes itself. */
  frequency: z.string(),
  /** Of the targets, of all series together. */
  transform: channelTransformSchema.default(noTransform),
  /** Of transformed values, of all series together, and with `scaling: 'each'` of each by its name. */
  scales: scalesSchema,
  seriesScales: z.array(z.strictObject({ name: z.string(), scales: scalesSchema })),
  statics: z.array(staticFeatureSchema),
})

export type Fitted = z.output<typeof fittedSchema>

/** @throws DataError when the series do not belong together or lack a channel. */
export function learnFrom(series: readonly TimeSeries[], config: ParsedForecastConfig): Fitted {
  const [first] = series
  if (!first) throw new DataError({ argument: 'train', expected: 'at least one series', received: 'none' })
  const roles = rolesOf(first, config)
  const frequency = first.index.frequency.toString()
  for (const one of series) requireLike(one, { roles, frequency }, 'train')
  const transform = learnTransform(config.transform, series, roles.target)
  const even = series.map((one) => transformed(one, roles.target, transform))
  const scalesOf = (some: readonly TimeSeries[]): Scales => ({
    target: learnChannels(some, roles.target, config.scaler),
    covariates: learnChannels(some, [...roles.past, ...roles.future], 'standard'),
  })
  return {
    roles,
    frequency,
    transform,
    scales: scalesOf(even),
    seriesScales:
      config.scaling === 'each' ? even.map((one) => ({ name: one.name, scales: scalesOf([one]) })) : [],
    statics: learnStatics(series, config.statics),
  }
}

function rolesOf(series: TimeSeries, { target, past, future }: ParsedForecastConfig): Fitted['roles'] {
  const covariates = new Set([...past, ...future])
  const chosen = target ?? series.channels.filter((channel) => !covariates.has(channel))
  const all = [...chosen, ...past, ...future]
  const twice = all.find((name, i) => all.indexOf(name) !== i)
  if (twice !== undefined)
    throw new InvalidArgumentError({
      argument: 'target, past, future',
      expected: 'every channel once',
      received: `${JSON.stringify(twice)} twice`,
      hint: 'What is forecast is looked back on anyway; a channel known for the horizon is so for the past, too.',
    })
  if (chosen.length === 0)
    throw new InvalidArgumentError({
      argument: 'target',
      expected: 'at least one channel to forecast',
      received: 'none: all are covariates',
    })
  return { target: chosen, past, future }
}

function learnChannels(
  series: readonly TimeSeries[],
  channels: readonly string[],
  scaler: ParsedForecastConfig['scaler'],
): ChannelScales {
  const parts = channels.length === 0 ? [] : series.map((one) => one.select(channels).values)
  return learnScales(scaler, parts, channels.length)
}

/** @throws DataError when a channel is missing or the frequency is another. */
export function requireLike(
  series: TimeSeries,
  { roles, frequency }: Pick<Fitted, 'roles' | 'frequency'>,
  argument: string,
): void {
  requireChannels(series, [...roles.target, ...roles.past, ...roles.future], argument)
  requireFrequency(series, frequency, { argument, learner: 'model' })
}

/** Scales of one series: its own, where each has its own; one that was not trained on is measured itself. */
export function scalesFor(series: TimeSeries, fitted: Fitted, config: ParsedForecastConfig): Scales {
  if (config.scaling === 'together') return fitted.scales
  const known = fitted.seriesScales.find(({ name }) => name === series.name)
  if (known) return known.scales
  return {
    target: learnChannels(
      [transformed(series, fitted.roles.target, fitted.transform)],
      fitted.roles.target,
      config.scaler,
    ),
    covariates: fitted.scales.covariates,
  }
}

/** A series as the network reads it. */
export function prepare(
  series: TimeSeries,
  fitted: Fitted,
  config: ParsedForecastConfig,
  scales: Scales = scalesFor(series, fitted, config),
): PreparedSeries {
  return prepareSeries(transformed(series, fitted.roles.target, fitted.transform), fitted.roles, {
    scales,
    statics: encodeStatics(series, fitted.statics),
    features: indexFeatures(series.index, config),
  })
}

/** @param outputs O */
export function networkSizes(
  { roles, statics }: Fitted,
  config: ParsedForecastConfig,
  outputs: number,
): NetworkSizes {
  const { lookback, horizon } = config
  return {
    lookback,
    horizon,
    channels: roles.target.length,
    pastCovariates: roles.past.length,
    futureCovariates: roles.future.length + indexFeatureCount(config),
    statics: statics.reduce((sum, feature) => sum + staticWidth(feature), 0),
    outputs,
  }
}

/** @throws CheckpointError when saved transforms or scales are not of as many channels as there are. */
export function requireConsistent({ roles, transform, scales, seriesScales }: Fitted, folder: string): void {
  const counts = { target: roles.target.length, covariates: roles.past.length + roles.future.length }
  for (const one of [scales, ...seriesScales.map((each) => each.scales)])
    for (const name of ['target', 'covariates'] as const)
      if (one[name].center.length !== counts[name])
        throw new CheckpointError({
          argument: `${folder}: scales.${name}`,
          expected: `${counts[name]} channels`,
          received: String(one[name].center.length),
        })
  const lambdas = transform.name === 'none' ? 0 : counts.target
  if (transform.lambdas.length !== lambdas)
    throw new CheckpointError({
      argument: `${folder}: transform.lambdas`,
      expected: `${lambdas} numbers`,
      received: String(transform.lambdas.length),
    })
}
