/** Transforms of series that can be undone: one learns from a training part, is kept as JSON, and applied to any part. */
import { checkConfig, InvalidArgumentError } from '@attentive/core'
import { z } from 'zod'
import type { TimeSeries } from '../series/index.js'
import { listOf } from '../series/lists.js'
import { type ChannelTransform, learnTransform, restored, transformed } from './channel-transform.js'
import { accumulated, differences, type Lags } from './difference.js'
import { lambdaRange, powerNames } from './power-transforms.js'

const lambda = z.number().min(lambdaRange[0]).max(lambdaRange[1])
const channels = z.array(z.string().min(1)).min(1)
const differenceFields = {
  /** How many times from step to step. */
  order: z.int().min(0).max(2).default(1),
  /** Steps of a season, from one to the next; 0: none. */
  seasonal: z.int().min(0).default(0),
}

const optionsSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.enum(powerNames),
    /** Channels that are transformed; absent: all. */
    channels: channels.optional(),
    /** λ of `boxCox` and `yeoJohnson`, 0 … 2; absent: estimated by maximum likelihood. */
    lambda: lambda.optional(),
  }),
  z.strictObject({ name: z.literal('difference'), ...differenceFields }),
])

export type TransformOptions = z.input<typeof optionsSchema>

const stateSchema = z.discriminatedUnion('name', [
  z
    .strictObject({ name: z.enum(powerNames), channels, lambdas: z.array(lambda) })
    .refine(({ channels, lambdas }) => channels.length === lambdas.length, {
      error: 'must be as many channels as lambdas',
    }),
  z.strictObject({ name: z.literal('difference'), ...differenceFields }),
])

/** What a transform has learnt, as JSON. */
export type TransformState = z.output<typeof stateSchema>

export interface SeriesTransform {
  /** A series transformed; missing values stay missing. @throws DataError when a value has no transform. */
  apply(series: TimeSeries): TimeSeries
  /**
   * Back to original values: of a series, a point forecast, a path of samples; of power transforms quantiles, too.
   * @param history rows before, in original values: differences are added to its last ones.
   */
  invert(series: TimeSeries, history?: TimeSeries): TimeSeries
  /** For `transformFrom`. */
  toJSON(): TransformState
}

/**
 * Learns a transform of one series, or of several together; for one each, call it for each.
 *
 *     log          log x                                         x > 0
 *     log1p        log(1 + x)                                    x > −1, for counts with zeros
 *     boxCox       (x^λ − 1) / λ        (Box & Cox 1964)         x > 0
 *     yeoJohnson   the same mirrored    (Yeo & Johnson 2000)     any x
 *     difference   (1 − B)^order (1 − B^seasonal) x, with `order` 1 and `seasonal` 0 by default
 *
 * What the mean of a transformed value is, comes back by a power transform as the median: of forecasts, too.
 *
 * @example
 * const transform = fitTransform(train, { name: 'boxCox' })
 * const even = transform.apply(train)
 * transform.invert(even) // train
 * @throws DataError when a value has no transform, naming channel and time. @throws InvalidArgumentError on settings.
 */
export function fitTransform(
  train: TimeSeries | readonly TimeSeries[],
  options: TransformOptions,
): SeriesTransform {
  const settings = checkConfig(optionsSchema, options, 'options')
  if (settings.name === 'difference') return differenceTransform(settings)
  const list = listOf(train)
  const chosen = settings.channels ?? list[0]?.channels ?? []
  const learnt = learnTransform(settings.name, list, chosen) as PowerState
  const { lambda } = settings
  return powerTransform(
    chosen,
    lambda === undefined ? learnt : { ...learnt, lambdas: chosen.map(() => lambda) },
  )
}

/** @throws InvalidArgumentError when it is no such state. */
export function transformFrom(state: unknown): SeriesTransform {
  const checked = checkConfig(stateSchema, state, 'state')
  return checked.name === 'difference'
    ? differenceTransform(checked)
    : powerTransform(checked.channels, checked)
}

type PowerState = ChannelTransform & { name: (typeof powerNames)[number] }

function powerTransform(channels: readonly string[], { name, lambdas }: PowerState): SeriesTransform {
  return {
    apply: (series) => transformed(series, channels, { name, lambdas }),
    invert: (series) => restored(series, channels, { name, lambdas }),
    toJSON: () => ({ name, channels: [...channels], lambdas }),
  }
}

function differenceTransform({ order, seasonal }: Lags): SeriesTransform {
  return {
    apply: (series) => differences(series, { order, seasonal }),
    invert(series, history) {
      if (history) return accumulated(series, history, { order, seasonal })
      throw new InvalidArgumentError({
        argument: 'history',
        expected: 'the rows before, in original values: differences are added to them',
        received: 'none',
      })
    },
    toJSON: () => ({ name: 'difference', order, seasonal }),
  }
}
