/** Times as places on an axis. */
import { DataError } from '@attentive/core'
import { timeReader, timeText } from '../series/time-text.js'

/** A time as text, `2024-03-31 14:00`, or the number of a step. */
export type Time = string | number

export interface Places {
  kind: 'time' | 'step'
  /** Milliseconds of the clock that is written, as if it were UTC; or steps. */
  at: Float64Array
}

const OFFSET = /(:\d{2}(?:[.,]\d+)?)\s*(?:Z|[+-]\d{2}:?\d{2})$/

/**
 * Where times stand. A time stands where its clock shows it, whatever its offset: a day has its noon in the middle, and
 * the hour that comes twice in an autumn night is drawn twice in one place.
 *
 * @throws DataError when a text is no time, a number is not finite, or both are mixed.
 */
export function placesOf(argument: string, times: readonly Time[]): Places {
  const kind = typeof times[0] === 'number' ? 'step' : 'time'
  const read = timeReader()
  const at = Float64Array.from(times, (time, i) => {
    const place = placeOf(time, kind, read)
    if (place !== null && Number.isFinite(place)) return place
    throw new DataError({
      argument: `${argument}[${i}]`,
      expected: kind === 'time' ? 'a time such as "2024-03-31 14:00"' : 'a number of a step, as the first is',
      received: typeof time === 'string' ? JSON.stringify(time) : String(time),
    })
  })
  return { kind, at }
}

function placeOf(time: Time, kind: Places['kind'], read: (text: string) => number | null): number | null {
  if (kind === 'step') return typeof time === 'number' ? time : null
  return typeof time === 'string' ? read(time.replace(OFFSET, '$1')) : null
}

/** The time at a place: `2024-03-31`, or with its hours where there are any. */
export function clockText(place: number): string {
  return timeText(place, 'UTC', true).replace(/ 00:00$/, '')
}

const minute = 60_000
const day = 1440 * minute
const roundSpans = [1, 5, 15, 30, 60, 120, 180, 360, 720]
  .map((minutes) => minutes * minute)
  .concat([1, 2, 4, 7, 14, 28, 56].map((days) => days * day))

/** Every how many of regular times a label may stand so that labels are a round time apart, in rising order. */
export function labelStrides({ kind, at }: Places): number[] {
  const step = ((at[at.length - 1] as number) - (at[0] as number)) / Math.max(1, at.length - 1)
  const spans = roundSpans.map((span) => span / step).filter((stride) => Number.isInteger(stride))
  if (kind === 'time' && step >= minute && spans.length > 0) return spans
  return [1, 10, 100, 1000].flatMap((power) => [power, 2 * power, 5 * power])
}
