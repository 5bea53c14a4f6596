import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeIndex } from '../../src/series/index.js'

describe('a time index', () => {
  it('steps over the hour that a spring night lacks', () => {
    const index = TimeIndex.from({
      start: '2024-03-31 01:00',
      frequency: '1h',
      length: 3,
      timeZone: 'Europe/Berlin',
    })
    expect(index.times()).toEqual([
      '2024-03-31 01:00+01:00',
      '2024-03-31 03:00+02:00',
      '2024-03-31 04:00+02:00',
    ])
  })

  it('has the repeated hour of an autumn night twice', () => {
    const index = TimeIndex.from({
      start: '2024-11-03 00:00',
      frequency: '1h',
      length: 4,
      timeZone: 'America/New_York',
    })
    expect(index.times()).toEqual([
      '2024-11-03 00:00-04:00',
      '2024-11-03 01:00-04:00',
      '2024-11-03 01:00-05:00',
      '2024-11-03 02:00-05:00',
    ])
  })

  it('has days of 23 hours, too', () => {
    const index = TimeIndex.from({
      start: '2024-03-30',
      frequency: '1d',
      length: 3,
      timeZone: 'Europe/Berlin',
    })
    expect(index.times()).toEqual(['2024-03-30', '2024-03-31', '2024-04-01'])
    expect((index.milliseconds(2) - index.milliseconds(1)) / 3_600_000).toBe(23)
  })

  it('keeps month ends', () => {
    const index = TimeIndex.from({ start: '2024-01-31', frequency: '1mo', length: 4 })
    expect(index.times()).toEqual(['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30'])
    expect(index.slice(1).at(1)).toBe('2024-03-31')
  })

  it('knows business days, backwards as well', () => {
    const index = TimeIndex.from({ start: '2024-01-04', frequency: '1b', length: 4 })
    expect(index.times()).toEqual(['2024-01-04', '2024-01-05', '2024-01-08', '2024-01-09'])
    expect(index.at(-4)).toBe('2023-12-29')
    expect(index.indexOf('2024-01-06')).toBe(-1)
    expect(() => TimeIndex.from({ start: '2024-01-06', frequency: 'b', length: 1 })).toThrow(
      /Monday to Friday/,
    )
  })

  const frequency = fc.tuple(
    fc.constantFrom('s', 'min', 'h', 'd', 'w', 'mo', 'q', 'y'),
    fc.integer({ min: 1, max: 9 }),
  )
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata')

  it('finds every step again, by its time and by its text', () => {
    fc.assert(
      fc.property(frequency, zone, fc.integer({ min: 0, max: 400 }), ([unit, count], timeZone, i) => {
        const index = TimeIndex.from({
          start: '2019-05-07 00:00',
          frequency: `${count}${unit}`,
          length: 401,
          timeZone,
        })
        expect(index.indexOf(index.milliseconds(i))).toBe(i)
        expect(index.indexOf(index.at(i))).toBe(i)
        expect(index.indexOf(index.milliseconds(i) + 1)).toBe(-1)
      }),
      { numRuns: 200 },
    )
  })

  it('lists the times of its steps, numbers where they are counted', () => {
    const days = TimeIndex.from({ start: '2024-02-28', frequency: '1d', length: 4 })
    expect(days.slice(1, 3).times()).toEqual(['2024-02-29', '2024-03-01'])
    expect(TimeIndex.steps(3, 5).times()).toEqual([5, 6, 7])
    expect(days.withLength(0).times()).toEqual([])
  })

  it('goes on where it ends', () => {
    fc.assert(
      fc.property(frequency, fc.integer({ min: 1, max: 30 }), ([unit, count], length) => {
        const index = TimeIndex.from({ start: '2019-05-07', frequency: `${count}${unit}`, length })
        expect(index.after(3).at(1)).toBe(index.at(length + 1))
      }),
    )
  })

  it.each(['', '5', 'hours', '1.5h', '0d', '-1h'])('refuses the frequency %j', (frequency) => {
    expect(() => TimeIndex.from({ start: '2024-01-01', frequency, length: 1 })).toThrow(/frequency: expected/)
  })

  it('refuses zones and times that there are none of', () => {
    const options = { frequency: '1h', length: 1 }
    expect(() => TimeIndex.from({ ...options, start: '2024-01-01', timeZone: 'Mars/Base' })).toThrow(
      /timeZone/,
    )
    expect(() => TimeIndex.from({ ...options, start: '2024-02-30' })).toThrow(/time: expected a time/)
  })
})
