/** Static features as numbers: a number standardised, a text as one of the categories seen in training (one-hot). */
import { DataError } from '@attentive/core'
import { z } from 'zod'
import { learnScales } from '../scaling/scaler.js'
import type { TimeSeries } from '../series/index.js'

export const staticFeatureSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('number'),
    name: z.string(),
    center: z.number(),
    scale: z.number().positive(),
  }),
  z.strictObject({ type: z.literal('category'), name: z.string(), categories: z.array(z.string()).min(1) }),
])

export type StaticFeature = z.output<typeof staticFeatureSchema>

/** S of one feature. */
export function staticWidth(feature: StaticFeature): number {
  return feature.type === 'number' ? 1 : feature.categories.length
}

export function learnStatics(series: readonly TimeSeries[], names: readonly string[]): StaticFeature[] {
  return names.map((name) => {
    const values = series.map((one) => featureOf(one, name))
    const numbers = values.filter((value) => typeof value === 'number')
    if (numbers.length === values.length) {
      const { center, scale } = learnScales('standard', [Float64Array.from(numbers)], 1)
      return { type: 'number', name, center: center[0] as number, scale: scale[0] as number }
    }
    return { type: 'category', name, categories: [...new Set(values.map(String))].sort() }
  })
}

/** `[S]`. @throws DataError when a feature is missing, or a category was not seen in training. */
export function encodeStatics(series: TimeSeries, features: readonly StaticFeature[]): Float32Array {
  return Float32Array.from(
    features.flatMap((feature) => {
      const value = featureOf(series, feature.name)
      return feature.type === 'number'
        ? [standardised(series, feature, value)]
        : oneHot(series, feature, String(value))
    }),
  )
}

function featureOf(series: TimeSeries, name: string): number | string {
  const value = Object.hasOwn(series.statics, name) ? series.statics[name] : undefined
  if (value !== undefined) return value
  throw new DataError({
    argument: `statics of ${JSON.stringify(series.name)}`,
    expected: `a feature ${JSON.stringify(name)}`,
    received: Object.keys(series.statics).join(', ') || 'none',
  })
}

function standardised(
  series: TimeSeries,
  { name, center, scale }: Extract<StaticFeature, { type: 'number' }>,
  value: number | string,
): number {
  if (typeof value === 'number' && Number.isFinite(value)) return (value - center) / scale
  throw new DataError({
    argument: `statics.${name} of ${JSON.stringify(series.name)}`,
    expected: 'a number, as in training',
    received: JSON.stringify(value),
  })
}

function oneHot(
  series: TimeSeries,
  { name, categories }: Extract<StaticFeature, { type: 'category' }>,
  value: string,
): number[] {
  if (categories.includes(value)) return categories.map((category) => Number(category === value))
  throw new DataError({
    argument: `statics.${name} of ${JSON.stringify(series.name)}`,
    expected: `one of the categories seen in training: ${categories.join(', ')}`,
    received: value,
    hint: 'Train with a series of this category, or without this feature.',
  })
}
