/** Settings of the features that a model makes of times itself. */
import { z } from 'zod'
import { type CalendarFeature, calendarFeatureNames } from './calendar.js'

const fourierSchema = z
  .strictObject({ period: z.number().min(2), order: z.int().positive() })
  .refine(({ period, order }) => order <= period / 2, { error: 'order must be half the period at most' })

/** Fields of a schema. What they make is known for look-back and horizon, and needs no columns. */
export const indexFeatureFields = {
  /** Features of the calendar, as cycles; see `calendarFeatures`. */
  calendar: z
    .array(z.enum(calendarFeatureNames))
    .refine((features) => new Set(features).size === features.length, { error: 'must have each once' })
    .default([]),
  /** Days such as `2024-12-25`, for the calendar feature `holiday`. */
  holidays: z.array(z.iso.date()).default([]),
  /** Seasons as sines and cosines; see `fourierFeatures`. */
  fourier: z.array(fourierSchema).default([]),
}

/** What is wrong about them together; null for nothing. */
export function holidayProblem({
  calendar,
  holidays,
}: {
  calendar: readonly CalendarFeature[]
  holidays: readonly string[]
}): string | null {
  const isUsed = calendar.includes('holiday')
  if (isUsed && holidays.length === 0) return 'must have at least one day for the calendar feature "holiday"'
  return !isUsed && holidays.length > 0 ? 'must be none without the calendar feature "holiday"' : null
}
