/** TimeIndex: the regular steps of a series, in calendar time or merely counted. */
import { InvalidArgumentError } from '@attentive/core'
import { Temporal } from 'temporal-polyfill'
import { averageMilliseconds, dayMilliseconds, Frequency } from './frequency.js'
import { readTime, requireTimeZone, timeText } from './time-text.js'

export interface TimeIndexOptions {
  start: string | Date | number
  frequency: Frequency | string
  length: number
  /** IANA name. Default `UTC`. */
  timeZone?: string
}

/**
 * Seconds, minutes and hours are steps in exact time: an hourly series has 23 or 25 rows on the day that the clocks
 * change. Days and longer are steps in the calendar of the time zone, counted from the first one, so that month ends
 * stay month ends.
 */
export class TimeIndex {
  /** @param first position of the first step, counted from the anchor. */
  private constructor(
    readonly frequency: Frequency,
    readonly length: number,
    readonly timeZone: string,
    private readonly anchor: number,
    private readonly first: number,
  ) {}

  /** @throws InvalidArgumentError @throws DataError when `start` is no time. */
  static from({ start, frequency, length, timeZone = 'UTC' }: TimeIndexOptions): TimeIndex {
    requireTimeZone(timeZone)
    requireLength(length)
    const parsed = Frequency.from(frequency)
    if (parsed.unit === 'step') return new TimeIndex(parsed, length, 'UTC', Number(start), 0)
    const anchor = readTime(start, timeZone)
    if (parsed.unit === 'businessDay' && weekday(anchor, timeZone) > 5)
      throw new InvalidArgumentError({
        argument: 'start',
        expected: 'a day from Monday to Friday',
        received: timeText(anchor, timeZone, false),
      })
    return new TimeIndex(parsed, length, timeZone, anchor, 0)
  }

  /** Rows that are merely counted. */
  static steps(length: number, start = 0): TimeIndex {
    requireLength(length)
    return new TimeIndex(Frequency.of('step'), length, 'UTC', start, 0)
  }

  /** Whether steps are counted and no times. */
  get isCounted(): boolean {
    return this.frequency.unit === 'step'
  }

  /** The time of step `i`, which may lie before or after the index; a number where steps are counted. */
  at(i: number): string | number {
    const { unit } = this.frequency
    if (unit === 'step') return this.milliseconds(i)
    const hours = this.frequency.milliseconds !== null || !this.isMidnight
    return timeText(this.milliseconds(i), this.timeZone, hours)
  }

  /** The times of all steps, as `at` has them. */
  times(): (string | number)[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i))
  }

  /** Milliseconds since 1970 of step `i`; the number itself where steps are counted. */
  milliseconds(i: number): number {
    const steps = (this.first + i) * this.frequency.count
    const { unit, milliseconds } = this.frequency
    if (unit === 'step') return this.anchor + steps
    if (milliseconds !== null) return this.anchor + (this.first + i) * milliseconds
    if (this.timeZone === 'UTC' && (unit === 'day' || unit === 'week'))
      return this.anchor + steps * dayMilliseconds * (unit === 'week' ? 7 : 1)
    if (unit === 'businessDay') return this.afterBusinessDays(steps)
    return this.zonedAnchor().add(calendarSteps(unit, steps)).epochMilliseconds
  }

  /** The step of a time, which may lie before or after the index; −1 when it is between steps, or before. */
  indexOf(time: string | Date | number): number {
    const milliseconds = this.isCounted ? Number(time) : readTime(time, this.timeZone)
    const i = this.nearest(milliseconds)
    return i >= 0 && this.milliseconds(i) === milliseconds ? i : -1
  }

  /** Steps `from` … `to` − 1; negative numbers count from the end. */
  slice(from: number, to = this.length): TimeIndex {
    const [start, end] = [from, to].map((i) =>
      Math.min(this.length, Math.max(0, i < 0 ? i + this.length : i)),
    ) as [number, number]
    return this.moved(start, Math.max(0, end - start))
  }

  /** The `length` steps that follow. */
  after(length: number): TimeIndex {
    requireLength(length)
    return this.moved(this.length, length)
  }

  /** The `length` first steps, or more than there are. */
  withLength(length: number): TimeIndex {
    requireLength(length)
    return this.moved(0, length)
  }

  equals(other: TimeIndex): boolean {
    return (
      this.length === other.length &&
      this.frequency.toString() === other.frequency.toString() &&
      this.frequency.count === other.frequency.count &&
      (this.length === 0 || this.milliseconds(0) === other.milliseconds(0))
    )
  }

  private moved(by: number, length: number): TimeIndex {
    return new TimeIndex(this.frequency, length, this.timeZone, this.anchor, this.first + by)
  }

  private get isMidnight(): boolean {
    return this.timeZone === 'UTC'
      ? this.anchor % dayMilliseconds === 0
      : this.zonedAnchor().toPlainTime().equals(Temporal.PlainTime.from('00:00'))
  }

  private zonedAnchor(): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(this.anchor).toZonedDateTimeISO(this.timeZone)
  }

  /** Five a week, whatever the weekday of the anchor. */
  private afterBusinessDays(steps: number): number {
    const fromMonday = weekday(this.anchor, this.timeZone) - 1 + steps
    const weeks = Math.floor(fromMonday / 5)
    const days = weeks * 7 + (fromMonday - weeks * 5) - (weekday(this.anchor, this.timeZone) - 1)
    return this.zonedAnchor().add({ days }).epochMilliseconds
  }

  /** A step at or beside the time. */
  private nearest(milliseconds: number): number {
    const average = averageMilliseconds[this.frequency.unit] * this.frequency.count
    let i = Math.round((milliseconds - this.anchor) / average) - this.first
    while (this.milliseconds(i) > milliseconds) i--
    while (this.milliseconds(i + 1) <= milliseconds) i++
    return i
  }
}

function calendarSteps(unit: Frequency['unit'], steps: number): Temporal.DurationLikeObject {
  if (unit === 'quarter') return { months: 3 * steps }
  return { [`${unit}s`]: steps }
}

/** 1 Monday … 7 Sunday, as the zone has it. */
export function weekday(milliseconds: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(timeZone).dayOfWeek
}

function requireLength(length: number): void {
  if (!Number.isSafeInteger(length) || length < 0)
    throw new InvalidArgumentError({
      argument: 'length',
      expected: 'a whole number, 0 or more',
      received: String(length),
    })
}
