/** Times as text: read in the formats that files use, written so that they can be read again. */
import { DataError, InvalidArgumentError } from '@attentive/core'
import { Temporal } from 'temporal-polyfill'

export interface TimeTextOptions {
  /** IANA name of the zone that times without an offset are in. Default `UTC`. */
  timeZone?: string
  /**
   * How times are written, of the tokens YYYY, MM, M, DD, D, HH, H, mm, ss: `DD.MM.YYYY HH:mm`; or `x`, `X`: milliseconds,
   * seconds since 1970. Default: ISO 8601 and its common variations, year first.
   */
  dateFormat?: string
}

interface Fields {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
  /** Minutes east of UTC; null when the text does not say. */
  offset: number | null
}

const isoLike =
  /^\s*(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]\s*(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/

const tokens: Record<string, [keyof Fields, string]> = {
  YYYY: ['year', '(\\d{4})'],
  MM: ['month', '(\\d{2})'],
  M: ['month', '(\\d{1,2})'],
  DD: ['day', '(\\d{2})'],
  D: ['day', '(\\d{1,2})'],
  HH: ['hour', '(\\d{2})'],
  H: ['hour', '(\\d{1,2})'],
  mm: ['minute', '(\\d{2})'],
  ss: ['second', '(\\d{2})'],
}

/** Formats that count from 1970, and the milliseconds of what they count. */
const counts = new Map([
  ['x', 1],
  ['X', 1000],
])

/** Reads times of one format in one zone. */
export type TimeReader = (text: string) => number | null

/**
 * A reader from text to milliseconds since 1970, null where the text is no time.
 * @throws InvalidArgumentError when the zone or the format is unknown.
 */
export function timeReader({ timeZone = 'UTC', dateFormat }: TimeTextOptions = {}): TimeReader {
  requireTimeZone(timeZone)
  const unit = counts.get(dateFormat ?? '')
  if (unit !== undefined) return (text) => countedFrom1970(text, unit)
  const parse = dateFormat === undefined ? parseIso : formatParser(dateFormat)
  return (text) => {
    const fields = parse(text)
    return fields && instantOf(fields, timeZone)
  }
}

/** @throws InvalidArgumentError */
export function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (cause) {
    throw new InvalidArgumentError({
      argument: 'timeZone',
      expected: 'an IANA time zone such as "Europe/Berlin"',
      received: JSON.stringify(timeZone),
      cause,
    })
  }
}

/** Null when it is no number, or beyond what a `Date` can hold. */
function countedFrom1970(text: string, unit: number): number | null {
  if (!/^\s*-?\d+(?:\.\d+)?\s*$/.test(text)) return null
  const milliseconds = Math.round(Number(text) * unit)
  return Number.isNaN(new Date(milliseconds).getTime()) ? null : milliseconds
}

function parseIso(text: string): Fields | null {
  const match = isoLike.exec(text)
  if (!match) return null
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', fraction = '0', zone] = match
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Math.trunc(Number(`0.${fraction}`) * 1000),
    offset: zone === undefined ? null : offsetMinutes(zone),
  }
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

function formatParser(format: string): (text: string) => Fields | null {
  const names: (keyof Fields)[] = []
  const pattern = format.replace(/YYYY|MM|M|DD|D|HH|H|mm|ss|[^A-Za-z]/g, (token) => {
    const known = tokens[token]
    if (!known) return token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    names.push(known[0])
    return known[1]
  })
  if (!names.includes('year') || /[A-Za-z]/.test(format.replace(/YYYY|MM|M|DD|D|HH|H|mm|ss|T/g, '')))
    throw new InvalidArgumentError({
      argument: 'dateFormat',
      expected: `a year and other tokens of ${Object.keys(tokens).join(', ')}; or x or X, which count from 1970`,
      received: JSON.stringify(format),
    })
  const expression = new RegExp(`^\\s*${pattern}\\s*$`)
  return (text) => {
    const match = expression.exec(text)
    if (!match) return null
    const fields: Fields = {
      year: 1970,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
      millisecond: 0,
      offset: null,
    }
    for (const [i, name] of names.entries()) fields[name] = Number(match[i + 1])
    return fields
  }
}

/** Null when there is no such day or hour. A local time that a zone skips is taken for the one an hour later. */
function instantOf(fields: Fields, timeZone: string): number | null {
  const { year, month, day, hour, minute, second, millisecond, offset } = fields
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, millisecond))
  date.setUTCFullYear(year, month - 1, day)
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isReal) return null
  if (offset !== null) return date.getTime() - offset * 60_000
  if (timeZone === 'UTC') return date.getTime()
  const local = Temporal.PlainDateTime.from({ year, month, day, hour, minute, second, millisecond })
  return local.toZonedDateTime(timeZone).epochMilliseconds
}

/**
 * Milliseconds since 1970 of a time as a user gives it.
 * @throws DataError when a text is no time.
 */
export function readTime(time: string | Date | number, timeZone = 'UTC'): number {
  if (typeof time === 'number') return time
  const milliseconds = time instanceof Date ? time.getTime() : timeReader({ timeZone })(time)
  if (milliseconds !== null && Number.isFinite(milliseconds)) return milliseconds
  throw new DataError({
    argument: 'time',
    expected: 'a time such as "2024-03-31 14:00"',
    received: time instanceof Date ? 'an invalid Date' : JSON.stringify(time),
  })
}

/**
 * A time for people and files: `2024-03-31`, with `hours` `2024-03-31 14:00`, seconds where there are any, and in zones
 * other than UTC the offset, which tells the two hours of an autumn night apart.
 */
export function timeText(milliseconds: number, timeZone: string, hours: boolean): string {
  const offsetless = timeZone === 'UTC'
  const zoned = offsetless
    ? null
    : Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(timeZone)
  const iso = zoned
    ? zoned.toPlainDateTime().toString({ fractionalSecondDigits: 3 })
    : new Date(milliseconds).toISOString()
  const [date = '', clock = ''] = iso.replace(/Z$/, '').split('T')
  if (!hours) return date
  const short = clock.replace(/\.000$/, '').replace(/^(\d\d:\d\d):00$/, '$1')
  return `${date} ${short}${zoned ? zoned.offset : ''}`
}
