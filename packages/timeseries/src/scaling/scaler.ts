/**
 * Scalers: (x − center) / scale, channel by channel, with numbers learnt from the training part alone. Missing values
 * (NaN) are left out when learning and stay what they are.
 */
import { z } from 'zod'
import { mean } from '../statistics/mean.js'
import { quantileOf } from '../statistics/quantile.js'
import { variance } from '../statistics/variance.js'

export const scalerNames = ['standard', 'minMax', 'robust', 'meanAbsolute', 'none'] as const
export type ScalerName = (typeof scalerNames)[number]

/** What a scaler has learnt: one number a channel, each. */
export interface ChannelScales {
  center: number[]
  scale: number[]
}

export const channelScalesSchema = z
  .strictObject({ center: z.array(z.number()), scale: z.array(z.number().positive()) })
  .refine(({ center, scale }) => center.length === scale.length, { error: 'must be as many of each' })

type Learn = (known: Float64Array) => { center: number; scale: number }

const learners: Record<ScalerName, Learn> = {
  /** Mean and standard deviation, Σ(x − mean)² / n. */
  standard(known) {
    const center = mean(known)
    return { center, scale: Math.sqrt(variance(known, center)) }
  },
  /** To 0 … 1. */
  minMax(known) {
    const [low, high] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))]
    return { center: low, scale: high - low }
  },
  /** Median and interquartile range: outliers do not count. */
  robust(known) {
    const sorted = known.toSorted()
    return { center: quantileOf(sorted, 0.5), scale: quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25) }
  },
  /** Divided by the mean size, not shifted: zeros and signs stay (DeepAR, Salinas et al. 2020, section 3.3). */
  meanAbsolute: (known) => ({ center: 0, scale: mean(known.map(Math.abs)) }),
  none: () => ({ center: 0, scale: 1 }),
}

/**
 * Learns from rows `[T, C]`, of one series or of several. A channel that does not vary, or has no value, is not divided.
 * @param parts each `[T, C]`, row by row.
 */
export function learnScales(
  name: ScalerName,
  parts: readonly Float64Array[],
  channels: number,
): ChannelScales {
  const scales = Array.from({ length: channels }, (_, c) => {
    const known = knownValues(parts, c, channels)
    if (known.length === 0) return { center: 0, scale: 1 }
    const { center, scale } = learners[name](known)
    return { center, scale: scale > Math.abs(center) * 1e-12 ? scale : 1 }
  })
  return { center: scales.map(({ center }) => center), scale: scales.map(({ scale }) => scale) }
}

/** What is not missing of a channel. @param parts each `[T, C]`. */
export function knownValues(parts: readonly Float64Array[], channel: number, channels: number): Float64Array {
  const known = new Float64Array(parts.reduce((sum, part) => sum + part.length / channels, 0))
  let count = 0
  for (const part of parts)
    for (let at = channel; at < part.length; at += channels) {
      const value = part[at] as number
      if (!Number.isNaN(value)) known[count++] = value
    }
  return known.subarray(0, count)
}
