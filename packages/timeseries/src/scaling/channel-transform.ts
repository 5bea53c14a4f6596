/** A power transform of some channels of series, with what it has learnt of each. */
import { DataError } from '@attentive/core'
import { z } from 'zod'
import type { TimeSeries } from '../series/index.js'
import {
  lambdaRange,
  type PowerName,
  type PowerTransform,
  powerNames,
  powerTransforms,
} from './power-transforms.js'
import { knownValues } from './scaler.js'

export const transformNames = ['none', ...powerNames] as const
export type TransformName = (typeof transformNames)[number]

export const channelTransformSchema = z.strictObject({
  name: z.enum(transformNames),
  /** λ of each channel; none where there is nothing to learn. */
  lambdas: z.array(z.number().min(lambdaRange[0]).max(lambdaRange[1])),
})

export type ChannelTransform = z.output<typeof channelTransformSchema>

export const noTransform: ChannelTransform = { name: 'none', lambdas: [] }

/**
 * Learnt of the known values of series together, channel by channel.
 * @throws DataError when a value is not among those that the transform is defined for.
 */
export function learnTransform(
  name: TransformName,
  series: readonly TimeSeries[],
  channels: readonly string[],
): ChannelTransform {
  if (name === 'none') return noTransform
  const parts = series.map((one) => {
    const part = one.select(channels)
    requireDefined(name, part)
    return part.values
  })
  const lambdas = channels.map((_, c) => powerTransforms[name].learn(knownValues(parts, c, channels.length)))
  return { name, lambdas }
}

/**
 * A series whose `channels` are transformed, all others as they were. Missing values stay missing.
 * @throws DataError when a value is not among those that the transform is defined for.
 */
export function transformed(
  series: TimeSeries,
  channels: readonly string[],
  transform: ChannelTransform,
): TimeSeries {
  const { name } = transform
  if (name === 'none') return series
  requireDefined(name, series.select(channels))
  return eachValue(series, channels, transform, powerTransforms[name].forward)
}

/** The other way round: channels that the series lacks are passed over. */
export function restored(
  series: TimeSeries,
  channels: readonly string[],
  transform: ChannelTransform,
): TimeSeries {
  const { name } = transform
  return name === 'none' ? series : eachValue(series, channels, transform, powerTransforms[name].inverse)
}

/** From a transformed value of channel `c` to an original one. */
export function restorer({ name, lambdas }: ChannelTransform): (z: number, c: number) => number {
  if (name === 'none') return (z) => z
  const { inverse } = powerTransforms[name]
  return (z, c) => inverse(z, lambdas[c] as number)
}

function eachValue(
  series: TimeSeries,
  channels: readonly string[],
  { lambdas }: ChannelTransform,
  fn: PowerTransform['forward'],
): TimeSeries {
  const places = series.channels.map((channel) => channels.indexOf(channel))
  return series.map((value, _, c) => {
    const place = places[c] as number
    return place < 0 ? value : fn(value, lambdas[place] as number)
  })
}

const hints: Partial<Record<PowerName, string>> = {
  log1p: 'Use the transform "yeoJohnson", which is defined for all values, or "none".',
}
const usualHint =
  'Use the transform "log1p" for counts with zeros, "yeoJohnson" for values of any sign, or "none".'

function requireDefined(name: PowerName, series: TimeSeries): void {
  const { above } = powerTransforms[name]
  const at = series.values.findIndex((value) => value <= above)
  if (at < 0) return
  const C = series.channels.length
  const which = series.name === '' ? '' : `${series.name}, `
  throw new DataError({
    argument: `values (${which}${series.channels[at % C]}, ${series.index.at(Math.floor(at / C))})`,
    expected: `values above ${above} for the transform "${name}"`,
    received: String(series.values[at]),
    hint: hints[name] ?? usualHint,
  })
}
