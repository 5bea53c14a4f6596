import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CalendarFeature,
  calendarFeatures,
  fourierFeatures,
  withCalendar,
} from '../../src/features/index.js'
import { TimeIndex, TimeSeries } from '../../src/series/index.js'

const all: CalendarFeature[] = [
  'minute',
  'hour',
  'weekday',
  'dayOfMonth',
  'dayOfYear',
  'month',
  'quarter',
  'weekend',
  'holiday',
]
const holidays = ['2024-12-25', '2024-12-26']
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']
const frequencies = ['30s', '15min', '1h', '7h', '1d', '1b', '1w', '1mo', '1q', '1y']

describe('features of the calendar', () => {
  it('are what people count', () => {
    const index = TimeIndex.from({ start: '2024-12-25 23:30', frequency: '24h', length: 4 })
    const { channels, values } = calendarFeatures(index, all, { encoding: 'number', holidays })
    expect(channels).toEqual(all)
    expect([...values.slice(0, 9)]).toEqual([30, 23, 3, 25, 360, 12, 4, 0, 1])
    expect([...values.slice(27)]).toEqual([30, 23, 6, 28, 363, 12, 4, 1, 0])
  })

  it('are on a circle, whose end is near its beginning', () => {
    const index = TimeIndex.from({ start: '2024-01-01 00:00', frequency: '6h', length: 5 })
    const { channels, values } = calendarFeatures(index, ['hour', 'weekday'])
    expect(channels).toEqual(['hour sin', 'hour cos', 'weekday sin', 'weekday cos'])
    const rounded = Array.from({ length: 5 }, (_, t) =>
      [...values.slice(4 * t, 4 * t + 2)].map((value) => Math.round(value * 1e9) / 1e9 + 0),
    )
    expect(rounded).toEqual([
      [0, 1],
      [1, 0],
      [0, -1],
      [-1, 0],
      [0, 1],
    ])
    expect(values[18]).toBeCloseTo(Math.sin((2 * Math.PI) / 7), 12)
  })

  it('go by the clocks of the zone when these change', () => {
    const hours = (start: string, timeZone: string, length: number) => {
      const index = TimeIndex.from({ start, frequency: '1h', length, timeZone })
      return [...calendarFeatures(index, ['hour'], { encoding: 'number' }).values]
    }
    expect(hours('2024-03-31 00:00', 'Europe/Berlin', 4)).toEqual([0, 1, 3, 4])
    expect(hours('2024-10-27 01:00', 'Europe/Berlin', 4)).toEqual([1, 2, 2, 3])
    const index = TimeIndex.from({
      start: '2024-04-07 01:00',
      frequency: '30min',
      length: 4,
      timeZone: 'Australia/Lord_Howe', // which turns its clocks back by half an hour
    })
    const { values } = calendarFeatures(index, ['hour', 'minute'], { encoding: 'number' })
    expect([...values]).toEqual([1, 0, 1, 30, 1, 30, 2, 0])
  })

  it('are the ones that Intl shows, in any zone and at any step, slices included', () => {
    const parts = new Map(
      zones.map((timeZone) => [
        timeZone,
        new Intl.DateTimeFormat('en-GB', {
          timeZone,
          hourCycle: 'h23',
          hour: 'numeric',
          minute: 'numeric',
          weekday: 'short',
          day: 'numeric',
          month: 'numeric',
        }),
      ]),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...frequencies),
        fc.nat(60),
        (timeZone, frequency, from) => {
          const index = TimeIndex.from({ start: '2023-10-26 20:00', frequency, length: 61, timeZone })
          const features = calendarFeatures(index, ['hour', 'minute', 'weekday', 'dayOfMonth', 'month'], {
            encoding: 'number',
          })
          const row = [...features.values.slice(5 * from, 5 * from + 5)]
          const shown = Object.fromEntries(
            (parts.get(timeZone) as Intl.DateTimeFormat)
              .formatToParts(index.milliseconds(from))
              .map(({ type, value }) => [type, value]),
          )
          const weekday =
            ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(shown.weekday as string) + 1
          expect(row).toEqual([
            Number(shown.hour),
            Number(shown.minute),
            weekday,
            Number(shown.day),
            Number(shown.month),
          ])
          const part = calendarFeatures(index.slice(from), all, { holidays })
          const K = part.channels.length
          expect(part.values).toEqual(calendarFeatures(index, all, { holidays }).values.slice(K * from))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('stand beside the channels of a series', () => {
    const index = TimeIndex.from({ start: '2024-12-24', frequency: '1d', length: 3 })
    const series = new TimeSeries({ values: [1, 2, 3], channels: ['sold'], index, name: 'shop' })
    const wider = withCalendar(series, ['holiday'], { holidays })
    expect([wider.name, wider.channels, [...wider.values]]).toEqual([
      'shop',
      ['sold', 'holiday'],
      [1, 0, 2, 1, 3, 1],
    ])
    expect(() => withCalendar(wider, ['holiday'], { holidays })).toThrow(/each once/)
  })

  const daily = TimeIndex.from({ start: '2024-01-01', frequency: '1d', length: 2 })
  it.each<[TimeIndex, string[], object, RegExp]>([
    [TimeIndex.steps(3), ['hour'], {}, /index: expected steps in calendar time/],
    [daily, ['hours'], {}, /features: expected some of minute, hour, .*received "hours"/],
    [daily, ['month', 'month'], {}, /each once, received "month"/],
    [daily, [], {}, /received none/],
    [daily, ['holiday'], {}, /at least one day/],
    [
      daily,
      ['holiday'],
      { holidays: ['2024-02-30'] },
      /holidays: expected days such as "2024-12-25", received "2024-02-30"/,
    ],
    [daily, ['holiday'], { holidays: ['25.12.2024'] }, /received "25\.12\.2024"/],
  ])('of %j %j %j are refused', (index, features, options, message) => {
    expect(() => calendarFeatures(index, features as CalendarFeature[], options)).toThrow(message)
  })
})

describe('Fourier features', () => {
  it('are sines and cosines of the steps', () => {
    const { channels, values } = fourierFeatures(TimeIndex.steps(3, 1), { period: 4, order: 2 })
    expect(channels).toEqual(['sin 1/4', 'cos 1/4', 'sin 2/4', 'cos 2/4'])
    expect([...values].map((value) => Math.round(value * 1e9) / 1e9 + 0)).toEqual([
      1, 0, 0, -1, 0, -1, 0, 1, -1, 0, 0, -1,
    ])
  })

  it('go on in slices and in later series, a step at a time, at every frequency and in every zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom('step', ...frequencies, '2mo', '3w', '2b'),
        fc.nat(40),
        (timeZone, frequency, from) => {
          const start = frequency === 'step' ? 7 : '2023-10-26'
          const index = TimeIndex.from({ start, frequency, length: 50, timeZone })
          const period = 11
          const whole = fourierFeatures(index, { period, order: 1 }).values
          expect(fourierFeatures(index.slice(from), { period, order: 1 }).values).toEqual(
            whole.slice(2 * from),
          )
          const later = TimeIndex.from({ start: index.milliseconds(from), frequency, length: 5, timeZone })
          for (const [i, value] of fourierFeatures(later, { period, order: 1 }).values.entries())
            expect(value).toBeCloseTo(whole[2 * from + i] as number, 6)
          const angle = (t: number) => Math.atan2(whole[2 * t] as number, whole[2 * t + 1] as number)
          const turn = (((angle(from + 1) - angle(from)) / (2 * Math.PI)) * period + period) % period
          expect(turn).toBeCloseTo(1, 6)
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each([
    [{ period: 1, order: 1 }, /period: expected at least 2/],
    [{ period: Number.NaN, order: 1 }, /period/],
    [{ period: 24, order: 13 }, /order: expected a whole number of 1 … 12/],
    [{ period: 24, order: 1.5 }, /order/],
  ])('of %j are refused', (options, message) => {
    expect(() => fourierFeatures(TimeIndex.steps(3), options)).toThrow(message)
  })
})
