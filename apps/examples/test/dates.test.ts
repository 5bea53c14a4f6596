/** What the corpus of dates promises. */
import { InvalidArgumentError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dateCorpus,
  dateFormats,
  dateLocales,
  dayCount,
  generateDates,
  writeDate,
} from '../src/translation/dates/data.js'

const day = fc.integer({ min: 0, max: dayCount - 1 })
const locales = dateLocales.map((locale) => ({
  locale,
  formats: dateFormats.filter((format) => format.resolvedOptions().locale === locale),
}))

describe('dates', () => {
  it('are written in some twenty locales, each in four styles, all of the Gregorian calendar', () => {
    expect(dateLocales.length).toBeGreaterThanOrEqual(20)
    expect(new Set(dateLocales).size).toBe(dateLocales.length)
    for (const { formats } of locales) expect(formats).toHaveLength(4)
    for (const format of dateFormats)
      expect(format.resolvedOptions()).toMatchObject({ calendar: 'gregory', timeZone: 'UTC' })
  })

  it('never come twice, whatever the number and the seed', () => {
    const anyCount = fc.integer({ min: 0, max: 3000 })
    fc.assert(
      fc.property(anyCount, fc.integer(), (count, seed) => {
        const targets = generateDates(count, seed).map(({ target }) => target)
        expect(targets).toHaveLength(count)
        expect(new Set(targets).size).toBe(count)
      }),
      { numRuns: 20 },
    )
    expect(new Set(generateDates(dayCount, 3).map(({ target }) => target)).size).toBe(dayCount)
  })

  it('are never more than there are days', () => {
    for (const count of [dayCount + 1, -1, 1.5, Number.NaN])
      expect(() => generateDates(count, 1)).toThrow(InvalidArgumentError)
  })

  it('are the same for the same seed, and others for another', () => {
    expect(generateDates(50, 7)).toEqual(generateDates(50, 7))
    expect(generateDates(50, 7)).not.toEqual(generateDates(50, 8))
  })

  it('cover the locales evenly, and two centuries', () => {
    const pairs = generateDates(25_000, 1)
    const has = (script: RegExp) => pairs.filter(({ source }) => script.test(source)).length
    // Of 25 locales one writes Arabic, one Devanagari, one Hangul, one Greek, one Cyrillic; a share of 4 % each.
    for (const script of ['Arabic', 'Devanagari', 'Hangul', 'Greek', 'Cyrillic'])
      expect(Math.abs(has(new RegExp(`\\p{Script=${script}}`, 'u')) - 1000)).toBeLessThan(150)
    const decades = new Set(pairs.map(({ target }) => target.slice(0, 3)))
    expect(decades.size).toBe(20)
  })

  it('have the same day, month and year on both sides', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...dateFormats), (anyDay, format) => {
        const { source, target } = writeDate(anyDay, format)
        const date = new Date(`${target}T00:00:00Z`)
        expect(format.format(date)).toBe(source)
        expect(target).toMatch(/^(19|20)\d\d-\d\d-\d\d$/)
        // In the digits of any script: the year in full, and the day. It is how the demo tells a date.
        const numbers = [...source.matchAll(/\p{Nd}+/gu)].map(([digits]) => toNumber(digits))
        expect(numbers).toContain(date.getUTCFullYear())
        expect(numbers).toContain(date.getUTCDate())
      }),
    )
  })

  it.each(locales)('mean one day only in $locale, whatever the style', ({ formats }) => {
    const meaning = new Map<string, string>()
    // A leap year and its neighbours, day by day, and one day a month of all the others.
    const days = Array.from({ length: dayCount }, (_, i) => i).filter((i) => i < 4 * 365 || i % 29 === 0)
    for (const format of formats)
      for (const { source, target } of days.map((i) => writeDate(i, format))) {
        const before = meaning.get(source) ?? target
        if (before !== target) expect.unreachable(`${source} is ${before} and ${target}`)
        meaning.set(source, target)
      }
  })

  it('mean one day only, whoever reads them', () => {
    const meaning = new Map<string, string>()
    for (let i = 0; i < 731; i++)
      for (const { source, target } of dateFormats.map((format) => writeDate(i, format))) {
        const before = meaning.get(source) ?? target
        if (before !== target) expect.unreachable(`${source} is ${before} and ${target}`)
        meaning.set(source, target)
      }
  })
})

describe('the parts of the corpus', () => {
  it('have no day in common, and together are what was asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 5000 }), fc.nat(), (dates, seed) => {
        const { training, validation, test } = dateCorpus({ dates, seed })
        const parts = [training, validation, test]
        for (const part of parts) expect(part.length).toBeGreaterThan(0)
        const days = parts.flat().map(({ target }) => target)
        expect(days).toHaveLength(dates)
        expect(new Set(days).size).toBe(dates)
      }),
      { numRuns: 10 },
    )
  })
})

/** Of Latin, Arabic or Devanagari digits. */
function toNumber(digits: string): number {
  const zeros = ['0', '٠', '०']
  const value = (digit: string) =>
    zeros
      .map((zero) => (digit.codePointAt(0) ?? 0) - (zero.codePointAt(0) ?? 0))
      .find((x) => x >= 0 && x < 10)
  return [...digits].reduce((number, digit) => 10 * number + (value(digit) ?? Number.NaN), 0)
}
