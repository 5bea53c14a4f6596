/** What a classifier learns of its series before a network is trained: channels, classes, scales. */
import { DataError } from '@attentive/core'
import { z } from 'zod'
import { scaledColumns } from '../scaling/scaled-columns.js'
import { channelScalesSchema, learnScales } from '../scaling/scaler.js'
import { requireChannels } from '../series/require-channels.js'
import { argumentNamed, type TimeSeries } from '../series/time-series.js'
import type { ParsedClassifierConfig } from './config.js'
import type { LabelledSeries } from './labelled.js'
import type { NetworkSizes } from './network.js'
import { sortLabels } from './scores.js'

export const fittedSchema = z
  .strictObject({
    channels: z.array(z.string()).min(1),
    /** In the order of the network's scores, with how many training series are of each. */
    classes: z.array(z.strictObject({ label: z.string().min(1), count: z.int().positive() })).min(2),
    /** Of all training series together. */
    scales: channelScalesSchema,
  })
  .refine(({ channels, scales }) => channels.length === scales.center.length, {
    path: ['scales'],
    error: 'must be of as many channels as there are',
  })
  .refine(({ classes }) => new Set(classes.map(({ label }) => label)).size === classes.length, {
    path: ['classes'],
    error: 'must be different ones',
  })

export type Fitted = z.output<typeof fittedSchema>

/**
 * @throws DataError when there is no series, one class alone, a label or a channel is missing, or a series has no value.
 */
export function learnFrom(train: readonly LabelledSeries[], config: ParsedClassifierConfig): Fitted {
  requireSome(train, 'train')
  const channels = config.channels ?? (train[0] as LabelledSeries).series.channels
  for (const { series, label } of train) {
    requireReadable(series, channels, 'train')
    requireLabel(label, series)
  }
  const parts = train.map(({ series }) => series.select(channels).values)
  return {
    channels: [...channels],
    classes: countClasses(train),
    scales: learnScales(config.scaler, parts, channels.length),
  }
}

/** @throws DataError */
export function requireSome(labelled: readonly LabelledSeries[], argument: string): void {
  if (labelled.length > 0) return
  throw new DataError({ argument, expected: 'at least one labelled series', received: 'none' })
}

/** @throws DataError when a channel is missing, or all values are. */
function requireReadable(series: TimeSeries, channels: readonly string[], argument: string): void {
  requireChannels(series, channels, argument)
  if (series.select(channels).values.some((value) => !Number.isNaN(value))) return
  throw new DataError({
    argument: argumentNamed(argument, series.name),
    expected: `at least one value of ${channels.join(', ')}`,
    received: series.length === 0 ? 'no steps' : `${series.length} steps that are all missing`,
  })
}

function requireLabel(label: unknown, { name }: TimeSeries): void {
  if (typeof label === 'string' && label !== '') return
  throw new DataError({
    argument: argumentNamed('label', name),
    expected: 'the name of a class',
    received: label === '' ? 'an empty one' : String(label),
    hint: 'Labels are texts: `String(label)`.',
  })
}

function countClasses(train: readonly LabelledSeries[]): Fitted['classes'] {
  const counts = new Map<string, number>()
  for (const { label } of train) counts.set(label, (counts.get(label) ?? 0) + 1)
  const labels = sortLabels([...counts.keys()])
  if (labels.length > 1) return labels.map((label) => ({ label, count: counts.get(label) as number }))
  throw new DataError({
    argument: 'train',
    expected: 'series of at least two classes',
    received: `${train.length}, all of class ${JSON.stringify(labels[0])}`,
  })
}

/** Numbers of the classes that the series belong to. @throws DataError when training had no such class. */
export function targetsOf(labelled: readonly LabelledSeries[], fitted: Fitted, argument: string): number[] {
  const places = new Map(fitted.classes.map(({ label }, k) => [label, k]))
  return labelled.map(({ series, label }) => {
    const target = places.get(label)
    if (target !== undefined) return target
    throw new DataError({
      argument: argumentNamed(`${argument}, label`, series.name),
      expected: `one of the classes of the training: ${[...places.keys()].join(', ')}`,
      received: JSON.stringify(label) ?? 'none',
    })
  })
}

/** What an error costs in each class; see `classWeights`. */
export function classWeights({ classes }: Fitted, { classWeights: kind }: ParsedClassifierConfig): number[] {
  if (kind === 'none') return classes.map(() => 1)
  const total = classes.reduce((sum, { count }) => sum + count, 0)
  return classes.map(({ count }) => total / (classes.length * count))
}

/** A series as the network reads it: scaled, in 32 bits, without holes. */
export interface Sequence {
  /** T */
  length: number
  /** `[T, C]` */
  values: Float32Array
}

/** @throws DataError when a channel is missing, or all values are. */
export function prepare(
  series: TimeSeries,
  { fitted, config }: { fitted: Fitted; config: ParsedClassifierConfig },
  argument: string,
): Sequence {
  const { channels } = fitted
  requireReadable(series, channels, argument)
  const scales =
    config.normalise === 'series'
      ? learnScales('standard', [series.select(channels).values], channels.length)
      : fitted.scales
  return { length: series.length, values: scaledColumns(series, channels, scales).values }
}

export function networkSizes({ channels, classes }: Fitted): NetworkSizes {
  return { channels: channels.length, classes: classes.length }
}
