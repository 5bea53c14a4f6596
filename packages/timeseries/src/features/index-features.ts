/** Features that follow from the times of a series alone, together: what a forecaster makes itself. */
import type { TimeIndex } from '../series/index.js'
import { type CalendarFeature, calendarFeatures, calendarWidth } from './calendar.js'
import { type FourierOptions, fourierFeatures } from './fourier.js'

export interface IndexFeatures {
  calendar: readonly CalendarFeature[]
  holidays: readonly string[]
  fourier: readonly FourierOptions[]
}

/** K, columns of all. */
export function indexFeatureCount({
  calendar,
  fourier,
}: Pick<IndexFeatures, 'calendar' | 'fourier'>): number {
  return calendarWidth(calendar) + fourier.reduce((sum, { order }) => sum + 2 * order, 0)
}

/** Features of each step, each `[T, k]`, cyclic ones between −1 and 1. @throws InvalidArgumentError as they do. */
export function indexFeatures(
  index: TimeIndex,
  { calendar, holidays, fourier }: IndexFeatures,
): Float64Array[] {
  return [
    ...(calendar.length > 0 ? [calendarFeatures(index, calendar, { holidays }).values] : []),
    ...fourier.map((options) => fourierFeatures(index, options).values),
  ]
}
