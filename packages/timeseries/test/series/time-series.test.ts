import { describe, expect, it } from 'vitest'
import { resample, splitSeries, TimeIndex, TimeSeries } from '../../src/series/index.js'

const hourly = (length: number, start = '2024-01-01 00:00') =>
  TimeIndex.from({ start, frequency: '1h', length })

const series = new TimeSeries({
  values: [
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
  ],
  channels: ['load', 'price'],
  index: hourly(4),
})

describe('a time series', () => {
  it('is cut without copying', () => {
    const part = series.slice(1, -1)
    expect([...part.values]).toEqual([2, 20, 3, 30])
    expect(part.values.buffer).toBe(series.values.buffer)
    expect(part.index.at(0)).toBe('2024-01-01 01:00')
  })

  it('is put together again', () => {
    const whole = series.slice(0, 2).concat(series.slice(2))
    expect(whole.values).toEqual(series.values)
    expect(whole.index.equals(series.index)).toBe(true)
  })

  it('does not go on after a gap', () => {
    expect(() => series.slice(0, 1).concat(series.slice(2))).toThrow(
      /expected a series of 1h from 2024-01-01 01:00 on, received one of 1h from 2024-01-01 02:00 on/,
    )
  })

  it('chooses and joins channels', () => {
    const [load, price] = [series.select(['load']), series.select(['price'])]
    expect([...price.withChannels(load).values]).toEqual([10, 1, 20, 2, 30, 3, 40, 4])
    expect([...series.channel('price')]).toEqual([10, 20, 30, 40])
  })

  it('says which name was probably meant', () => {
    expect(() => series.channel('prices')).toThrow(/Did you mean "price"\?/)
    expect(() => series.select(['zebra'])).toThrow(/expected one of load, price, received "zebra"\.$/)
  })

  it('refuses what is no series', () => {
    expect(() => new TimeSeries({ values: [1, Number.POSITIVE_INFINITY] })).toThrow(
      /values \(value, 1\): expected finite numbers/,
    )
    expect(() => new TimeSeries({ values: [[1, 2], [3]] })).toThrow(/values\[1\]: expected 2 numbers/)
    expect(() => new TimeSeries({ values: [[1, 2]], channels: ['a', 'a'] })).toThrow(/each once/)
    expect(() => new TimeSeries({ values: [1, 2], index: hourly(3) })).toThrow(/3 rows of 1/)
  })

  it('is written as records, missing values as null', () => {
    const records = series.map((value) => (value === 20 ? Number.NaN : value)).toRecords()
    expect(records[1]).toEqual({ time: '2024-01-01 01:00', load: 2, price: null })
  })
})

describe('parts of a series', () => {
  const long = new TimeSeries({ values: Float64Array.from({ length: 100 }, (_, i) => i) })

  it('follow each other, later ones with what they look back on', () => {
    const [train, validation, test] = splitSeries(long, [60, 20, 15], { overlap: 5 })
    expect([train?.length, validation?.values[0], test?.values[0], test?.values.at(-1)]).toEqual([
      60, 55, 75, 94,
    ])
  })

  it('are shares as well, of all rows', () => {
    expect(splitSeries(long.slice(0, 97), [0.7, 0.1, 0.2]).map(({ length }) => length)).toEqual([67, 9, 21])
  })

  it.each([
    [[50, 60], /at least 110 rows/],
    [[0.7, 0.7], /add up to 1/],
    [[0.5, 10], /whole numbers of rows, or shares/],
    [[], /received none/],
  ])('%j are refused', (parts, message) => {
    expect(() => splitSeries(long, parts)).toThrow(message)
  })
})

describe('resampling', () => {
  it('begins with the unit and leaves missing values out', () => {
    const values = Float64Array.from({ length: 30 }, (_, i) => (i === 3 ? Number.NaN : i))
    const daily = resample(new TimeSeries({ values, index: hourly(30, '2024-01-01 22:00') }), {
      frequency: '1d',
      aggregate: 'sum',
    })
    expect([daily.index.at(0), daily.length]).toEqual(['2024-01-01', 3])
    expect([...daily.values]).toEqual([1, 321, 110])
  })
})
