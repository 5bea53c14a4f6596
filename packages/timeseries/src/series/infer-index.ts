/** From timestamps to a regular index, or to the place where they are not regular. */
import { DataError } from '@attentive/core'
import { averageMilliseconds, Frequency } from './frequency.js'
import { TimeIndex, weekday } from './time-index.js'
import { timeText } from './time-text.js'

export interface InferOptions {
  /** Where it is known. Default: found out. */
  frequency?: Frequency | string | undefined
  timeZone?: string | undefined
  /** Name in errors. */
  argument?: string
}

/** From the longest on. */
const exactUnits = ['week', 'day', 'hour', 'minute', 'second'] as const

/**
 * The index whose steps are these times.
 * @param times milliseconds since 1970, rising.
 * @throws DataError that shows the first gap.
 */
export function inferIndex(
  times: Float64Array,
  { frequency, timeZone = 'UTC', argument = 'time' }: InferOptions = {},
): TimeIndex {
  const length = times.length
  const start = times[0] as number
  const index = (candidate: Frequency) => {
    const isPossible = candidate.unit !== 'businessDay' || weekday(start, timeZone) <= 5
    return isPossible ? TimeIndex.from({ start, frequency: candidate, length, timeZone }) : null
  }
  const candidates = frequency === undefined ? candidatesFor(times) : [Frequency.from(frequency)]
  for (const candidate of candidates) {
    const found = index(candidate)
    if (found && firstOffStep(times, found) < 0) return found
  }
  throw irregular(times, index(candidates[0] as Frequency), { timeZone, argument })
}

function candidatesFor(times: Float64Array): Frequency[] {
  const usual = usualDifference(times)
  const calendar = (['day', 'businessDay', 'week', 'month', 'quarter', 'year'] as const).map((unit) =>
    Frequency.of(unit),
  )
  const exact = exactUnits.find((unit) => usual > 0 && usual % averageMilliseconds[unit] === 0)
  return exact ? [Frequency.of(exact, usual / averageMilliseconds[exact]), ...calendar] : calendar
}

/** The most frequent difference of the first thousand. */
function usualDifference(times: Float64Array): number {
  const counts = new Map<number, number>()
  for (let i = 1; i < Math.min(times.length, 1001); i++) {
    const difference = (times[i] as number) - (times[i - 1] as number)
    counts.set(difference, (counts.get(difference) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

/** The first time that is not where the index has a step; −1 when all are. */
function firstOffStep(times: Float64Array, index: TimeIndex): number {
  for (let i = 0; i < times.length; i++) if (times[i] !== index.milliseconds(i)) return i
  return -1
}

function irregular(
  times: Float64Array,
  index: TimeIndex | null,
  { timeZone, argument }: { timeZone: string; argument: string },
): DataError {
  const text = (at: number) => timeText(at, timeZone, true)
  const i = index ? firstOffStep(times, index) : 1
  const [before, after] = [times[i - 1] as number, times[i] as number]
  const expected = index ? text(index.milliseconds(i)) : 'a business day'
  return new DataError({
    argument,
    expected: `regular steps${index ? ` of ${index.frequency}` : ''}: ${expected} after ${text(before)}`,
    received: text(after),
    hint: 'Fill gaps with missing values by `gaps: "missing"`, or resample to regular steps by `resample`.',
  })
}

/**
 * Where each time lies on the regular grid of a frequency that spans them all.
 * @throws DataError when one is between two steps.
 */
export function placeOnGrid(
  times: Float64Array,
  { frequency, timeZone = 'UTC', argument = 'time' }: InferOptions,
): { index: TimeIndex; places: Float64Array } {
  const [chosen] = frequency === undefined ? candidatesFor(times) : [Frequency.from(frequency)]
  const start = times[0] as number
  const endless = TimeIndex.from({ start, frequency: chosen as Frequency, length: 0, timeZone })
  const places = times.map((time) => endless.indexOf(time))
  const off = places.indexOf(-1)
  if (off >= 0)
    throw new DataError({
      argument,
      expected: `times on steps of ${chosen} from ${endless.at(0)}`,
      received: timeText(times[off] as number, timeZone, true),
      hint: 'Resample to regular steps by `resample`.',
    })
  return { index: endless.withLength((places.at(-1) ?? -1) + 1), places }
}
