import type { Frequency, FrequencyUnit } from './frequency.js'

const usual: Record<FrequencyUnit, number> = {
  step: 1,
  second: 60,
  minute: 60,
  hour: 24,
  day: 7,
  businessDay: 5,
  week: 52,
  month: 12,
  quarter: 4,
  year: 1,
}

/** Steps of the season that series of a frequency usually have: the day for hours, the week for days, the year for months; 1 for none. */
export function seasonLength({ unit, count }: Frequency): number {
  const perUnit = unit === 'minute' ? 1440 : usual[unit]
  return unit === 'step' || perUnit % count !== 0 ? 1 : perUnit / count
}
