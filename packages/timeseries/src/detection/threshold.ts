/**
 * Where strange begins: chosen on scores of clean data, which the detector was not trained on. What is promised of false
 * alarms is no better than those data are many: measured with a risk of 1e-4 and 600 validation steps, from 3e-5 to 7e-3
 * of the clean steps were false alarms. Validate on as much as there is, and count the alarms on clean data that neither
 * training nor validation had.
 */
import { DataError } from '@attentive/core'
import { z } from 'zod'
import { mean } from '../statistics/mean.js'
import { tailThreshold } from '../statistics/pareto-tail.js'
import { quantileOf } from '../statistics/quantile.js'
import { variance } from '../statistics/variance.js'

export const thresholdSchema = z.discriminatedUnion('type', [
  /** The score below which this share of clean steps lies. */
  z.strictObject({ type: z.literal('quantile'), level: z.number().gt(0).lt(1).default(0.999) }),
  /** Their mean and so many standard deviations. */
  z.strictObject({ type: z.literal('sigma'), deviations: z.number().positive().default(6) }),
  /** The score that a clean step exceeds with this probability, by the shape of the tail (see `tailThreshold`). */
  z.strictObject({ type: z.literal('tail'), risk: z.number().gt(0).lt(1).default(1e-4) }),
])

export type ThresholdConfig = z.output<typeof thresholdSchema>

/** Fewer clean scores tell nothing about rare ones. */
const leastScores = 50

/** @throws DataError when there are too few scores. */
export function chooseThreshold(scores: Float64Array, config: ThresholdConfig): number {
  const known = scores.filter((score) => !Number.isNaN(score))
  if (known.length < leastScores)
    throw new DataError({
      argument: 'validation',
      expected: `at least ${leastScores} steps that can be scored`,
      received: String(known.length),
      hint: 'Validate on a longer part, or use a shorter window.',
    })
  if (config.type === 'tail') return tailThreshold(known, config.risk)
  if (config.type === 'quantile') return quantileOf(known.toSorted(), config.level)
  const center = mean(known)
  return center + config.deviations * Math.sqrt(variance(known, center))
}
