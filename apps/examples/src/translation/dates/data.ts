/**
 * A real parallel corpus that every machine can make by itself: dates as people write them in twenty-odd locales,
 * and the same in ISO 8601. `Intl` knows how each locale writes months, digits and order; the network does not.
 *
 *     npx tsx apps/examples/src/translation/dates/data.ts
 *
 *     zh     1962-11-25  1962年11月25日
 *     hi     2056-05-04  गुरुवार, 4 मई 2056
 *     …
 */
import { InvalidArgumentError, Rng } from '@attentive/core'
import { isMain } from '../../is-main.js'

export interface DatePair {
  /** As people write it: `le 3 mars 1987`, `1987年3月3日`. */
  source: string
  /** ISO 8601: `1987-03-03`. */
  target: string
}

/** Three parts that have no day in common, in any language. */
export interface DateCorpus {
  training: DatePair[]
  validation: DatePair[]
  test: DatePair[]
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

/** How dates are written: in each locale, in each style. */
export const dateFormats: readonly Intl.DateTimeFormat[] = dateLocales.flatMap((locale) =>
  styles.map((style) => new Intl.DateTimeFormat(locale, { ...style, calendar: 'gregory', timeZone: 'UTC' })),
)

const firstDay = Date.UTC(1900, 0, 1)
const lastDay = Date.UTC(2099, 11, 31)
const dayLength = 86_400_000

/** Days of two centuries: there are no more different dates. */
export const dayCount = (lastDay - firstDay) / dayLength + 1

/** @param day days since the first of January 1900 */
export function writeDate(day: number, format: Intl.DateTimeFormat): DatePair {
  const date = new Date(firstDay + day * dayLength)
  return { source: format.format(date), target: date.toISOString().slice(0, 10) }
}

/**
 * Different dates, each written in a locale and style drawn at random: the same day never comes twice, so that what is
 * held out has not been seen in another language either.
 * @throws InvalidArgumentError when more are asked for than there are days.
 */
export function generateDates(count: number, seed: number): DatePair[] {
  if (!(Number.isInteger(count) && count >= 0 && count <= dayCount))
    throw new InvalidArgumentError({
      argument: 'count',
      expected: `a number of different dates, at most ${dayCount}`,
      received: String(count),
    })
  const rng = new Rng(seed)
  const days = rng.shuffle(Array.from({ length: dayCount }, (_, day) => day)).slice(0, count)
  return days.map((day) =>
    writeDate(day, dateFormats[rng.nextInt(dateFormats.length)] as Intl.DateTimeFormat),
  )
}

/** Of so many dates, 1 in 25 is for the test, 1 in 50 for validation, the rest for training. */
export function dateCorpus({ dates, seed }: { dates: number; seed: number }): DateCorpus {
  const pairs = generateDates(dates, seed)
  const [testEnd, validationEnd] = [Math.ceil(dates / 25), Math.ceil(dates / 25) + Math.ceil(dates / 50)]
  return {
    test: pairs.slice(0, testEnd),
    validation: pairs.slice(testEnd, validationEnd),
    training: pairs.slice(validationEnd),
  }
}

function showDates(): void {
  const rng = new Rng(1)
  for (const format of dateFormats) {
    const { source, target } = writeDate(rng.nextInt(dayCount), format)
    console.log(`${format.resolvedOptions().locale.padEnd(6)} ${target}  ${source}`)
  }
}

if (isMain(import.meta.url)) showDates()
