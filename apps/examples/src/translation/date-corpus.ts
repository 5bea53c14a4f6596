/**
 * A real parallel corpus that every machine can make by itself: dates as people write them in twenty-odd locales,
 * and the same in ISO 8601. `Intl` knows how each locale writes months, digits and order; the network does not.
 */
import { Rng } from '@attentive/core'

export interface DatePair {
  /** As people write it: `le 3 mars 1987`, `1987年3月3日`. */
  source: string
  /** ISO 8601: `1987-03-03`. */
  target: string
}

/** Every locale writes the Gregorian calendar here; digits are the locale's own. */
export const dateLocales = [
  'en-GB',
  'en-US',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'sv',
  'da',
  'fi',
  'pl',
  'cs',
  'hu',
  'ro',
  'el',
  'ru',
  'tr',
  'id',
  'vi',
  'ja',
  'zh',
  'ko',
  'hi',
  'ar-EG',
] as const

/** Styles that name the month or are unambiguous in their locale; the day of the week comes with some. */
const styles: readonly Intl.DateTimeFormatOptions[] = [
  { day: 'numeric', month: 'long', year: 'numeric' },
  { day: 'numeric', month: 'short', year: 'numeric' },
  { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  { weekday: 'short', day: '2-digit', month: 'short', year: 'numeric' },
]

const firstDay = Date.UTC(1900, 0, 1)
const lastDay = Date.UTC(2099, 11, 31)
const dayLength = 86_400_000
const dayCount = (lastDay - firstDay) / dayLength + 1

const formatters = dateLocales.flatMap((locale) =>
  styles.map((style) => new Intl.DateTimeFormat(locale, { ...style, calendar: 'gregory', timeZone: 'UTC' })),
)

function dateOf(day: number): Date {
  return new Date(firstDay + day * dayLength)
}

/**
 * Different dates, each written in a locale and style drawn at random: the same day never comes twice, so that what is
 * held out has not been seen in another language either.
 */
export function generateDates(count: number, seed: number): DatePair[] {
  const rng = new Rng(seed)
  const days = rng.shuffle(Array.from({ length: dayCount }, (_, day) => day)).slice(0, count)
  return days.map((day) => {
    const date = dateOf(day)
    const formatter = formatters[rng.nextInt(formatters.length)] as Intl.DateTimeFormat
    return { source: formatter.format(date), target: date.toISOString().slice(0, 10) }
  })
}
