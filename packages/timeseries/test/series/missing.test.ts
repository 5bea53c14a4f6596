import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type FillOptions,
  fillMissing,
  missingReport,
  TimeIndex,
  TimeSeries,
} from '../../src/series/index.js'

const nan = Number.NaN
const series = new TimeSeries({
  values: [
    [nan, 1],
    [2, 2],
    [nan, 3],
    [nan, 4],
    [5, 5],
    [nan, 6],
  ],
  channels: ['load', 'price'],
  index: TimeIndex.from({ start: '2024-03-31 00:00', frequency: '1h', length: 6 }),
})

const filled = (values: number[], options: FillOptions) => [
  ...fillMissing(new TimeSeries({ values }), options).values,
]

describe('a report of what is missing', () => {
  it('has count, share, the longest gap and the known span of each channel', () => {
    const report = missingReport(series)
    expect(report.count).toBe(4)
    expect(report.channels).toEqual([
      {
        channel: 'load',
        count: 4,
        share: 4 / 6,
        longestGap: { length: 2, first: '2024-03-31 02:00', last: '2024-03-31 03:00' },
        firstKnown: '2024-03-31 01:00',
        lastKnown: '2024-03-31 04:00',
      },
      {
        channel: 'price',
        count: 0,
        share: 0,
        longestGap: null,
        firstKnown: '2024-03-31 00:00',
        lastKnown: '2024-03-31 05:00',
      },
    ])
  })

  it('is a table', () => {
    expect(missingReport(series).toString().split('\n')).toEqual([
      'channel  missing   share  longest gap                              known from        to',
      'load           4  66.7 %  2 (2024-03-31 02:00 … 2024-03-31 03:00)  2024-03-31 01:00  2024-03-31 04:00',
      'price          0   0.0 %  –                                        2024-03-31 00:00  2024-03-31 05:00',
    ])
  })

  it('does with a channel of which nothing is known, with no rows, and with a name that would command a terminal', () => {
    const none = missingReport(new TimeSeries({ values: [nan, nan], channels: ['\u001b[31mred\nx'] }))
    expect(none.channels[0]).toMatchObject({ count: 2, share: 1, firstKnown: null, lastKnown: null })
    expect(none.toString().split('\n')).toHaveLength(2)
    expect(none.toString()).not.toContain('\u001b')
    expect(missingReport(series.slice(0, 0)).channels[0]).toMatchObject({ count: 0, share: 0 })
  })
})

describe('gaps', () => {
  const values = [nan, 2, nan, nan, 8, nan]

  it.each<[FillOptions, number[]]>([
    [{ method: 'previous' }, [nan, 2, 2, 2, 8, 8]],
    [{ method: 'next' }, [2, 2, 8, 8, 8, nan]],
    [{ method: 'linear' }, [nan, 2, 4, 6, 8, nan]],
    [{ method: 'mean' }, [5, 2, 5, 5, 8, 5]],
    [{ method: { value: -1 } }, [-1, 2, -1, -1, 8, -1]],
    [{ method: 'next', maxGap: 1 }, [2, 2, nan, nan, 8, nan]],
  ])('are filled by %j', (options, expected) => {
    expect(filled(values, options)).toEqual(expected)
  })

  it('of each channel are filled by itself, and what is known stays', () => {
    const { values, index, channels } = fillMissing(series, { method: 'linear' })
    expect([...values]).toEqual([nan, 1, 2, 2, 3, 3, 4, 4, 5, 5, nan, 6])
    expect([index, channels]).toEqual([series.index, series.channels])
    expect(series.values[4]).toBeNaN()
  })

  it('in a season with a trend are filled exactly, if a season is known before and after', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 7 }),
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 25 }),
        (season, trend, offset, gap) => {
          const period = season.length
          const whole = Array.from(
            { length: 2 * period + offset + gap + 2 * period },
            (_, t) => (season[t % period] as number) + trend * t,
          )
          const from = 2 * period + offset
          const holes = whole.map((value, t) => (t >= from && t < from + gap ? nan : value))
          for (const [t, value] of filled(holes, { method: 'seasonal', period }).entries())
            expect(value).toBeCloseTo(whole[t] as number, 8)
        },
      ),
    )
  })

  it('at an end go on as the last season went on from the one before', () => {
    expect(filled([1, 5, 1, 5, 3, nan, nan], { method: 'seasonal', period: 2 })).toEqual([
      1, 5, 1, 5, 3, 7, 5,
    ])
    expect(filled([nan, nan, nan], { method: 'seasonal', period: 2 })).toEqual([nan, nan, nan])
  })

  it('of a million steps are filled in no time', () => {
    const long = new TimeSeries({ values: new Float64Array(1_000_000).fill(nan).fill(1, 0, 24) })
    const { values } = fillMissing(long, { method: 'seasonal', period: 24 })
    expect([values[999_999], values.some(Number.isNaN)]).toEqual([1, false])
  }, 5000)

  it.each<[object, RegExp]>([
    [{ method: 'spline' }, /method: expected one of previous, next, linear, mean, seasonal/],
    [{ method: { value: Infinity } }, /method: expected/],
    [{ method: null }, /method: expected/],
    [{ method: 'seasonal' }, /a season of at least 2 steps/],
    [{ method: 'linear', maxGap: 0 }, /maxGap: expected/],
    [{ method: 'linear', period: 1.5 }, /period: expected/],
    [{ method: 'linear', limit: 3 }, /limit: expected one of the options/],
  ])('are not filled by %j', (options, message) => {
    expect(() => fillMissing(new TimeSeries({ values: [1, nan] }), options as FillOptions)).toThrow(message)
  })
})
