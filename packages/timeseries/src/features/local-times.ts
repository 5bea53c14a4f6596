/** Times as a zone's clocks and calendars show them. */
import { Temporal } from 'temporal-polyfill'

/**
 * From milliseconds since 1970 to the same of a clock on the wall, as if it were UTC's. The zone is asked once for each
 * time that it changes its clocks: fast for times in a row.
 */
export function localTimes(timeZone: string): (milliseconds: number) => number {
  if (timeZone === 'UTC') return (milliseconds) => milliseconds
  let [from, until, offset] = [Infinity, -Infinity, 0]
  return (milliseconds) => {
    if (milliseconds < from || milliseconds >= until) {
      const zoned = Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(timeZone)
      from = milliseconds
      until = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
      offset = zoned.offsetNanoseconds / 1e6
    }
    return milliseconds + offset
  }
}
