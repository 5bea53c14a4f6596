import { DataError } from '@attentive/core'
import { argumentNamed, type TimeSeries } from './time-series.js'

/**
 * @param frequency of the training, as `Frequency` writes itself.
 * @param learner what was trained, for the hint.
 * @throws DataError when the series has another one.
 */
export function requireFrequency(
  series: TimeSeries,
  frequency: string,
  { argument, learner }: { argument: string; learner: 'model' | 'detector' },
): void {
  const own = series.index.frequency.toString()
  if (own === frequency) return
  throw new DataError({
    argument: argumentNamed(argument, series.name),
    expected: `a series of frequency ${frequency}, as in training`,
    received: own,
    hint: `Resample it, or train a ${learner} for this frequency.`,
  })
}
