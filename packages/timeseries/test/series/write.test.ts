/** Files that are written are read again as they were, and do no harm in a spreadsheet. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StorageError } from '@attentive/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Forecast, forecastsCsv, writeForecasts } from '../../src/forecasting/index.js'
import {
  readPanel,
  readSeries,
  type Statics,
  TimeIndex,
  TimeSeries,
  writeSeries,
} from '../../src/series/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-write-'))
})
afterAll(() => rm(folder, { recursive: true }))

const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN))
const index = (length: number) => TimeIndex.from({ start: '2024-03-30 22:00', frequency: '1h', length })

/** Names that separate cells, break lines, are trimmed, quoted, or run as formulas. */
const hostile = [
  'a,b;c|d\te',
  'say "x"',
  '"',
  "'",
  "'=x",
  "''+y",
  '=1+1',
  '-1',
  '+1',
  '@SUM(A1)',
  '\tx',
  '\rx',
  'x\r',
  '\n',
  'two\nlines\n\n"three"',
  ' x ',
  '{"a":1}',
  '\uFEFFx',
  '＝x',
  'NaN',
  '1',
  'Über',
  '__proto__',
  'constructor',
]
const name = fc
  .oneof(
    fc.constantFrom(...hostile),
    fc
      .array(fc.constantFrom(...',;"\'|=+-@\t\n\r {a1é', '\u{1F600}'), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join('')),
  )
  .filter((text) => !text.includes('\r\n'))
const names = (count: number) =>
  fc
    .uniqueArray(name, { minLength: count, maxLength: count })
    .filter((some) => !some.includes('time') && !some.includes('series'))
const clock = fc.record({
  frequency: fc.constantFrom('step', '30s', '15min', '1h', '1d', '1b', '1w', '1mo', '1q', '1y'),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
})

describe('writeSeries', () => {
  const kinds = ['csv', 'jsonl']

  it.each(kinds)(
    'writes %s that readSeries reads: any numbers, names, frequencies and zones',
    async (kind) => {
      const file = join(folder, `series.${kind}`)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 20 }),
          names(2),
          clock,
          async (rows, channels, { frequency, timeZone }) => {
            const start = frequency === 'step' ? 0 : '2024-10-25'
            const series = new TimeSeries({
              values: rows,
              channels,
              index: TimeIndex.from({ start, frequency, length: rows.length, timeZone }),
            })
            await writeSeries(file, series)
            const time = frequency === 'step' ? {} : { time: 'time' }
            const read = await readSeries(file, { ...time, channels, timeZone, frequency })
            expect(read.values).toEqual(series.values)
            expect(read.channels).toEqual(channels)
            expect(read.index.equals(series.index)).toBe(true)
          },
        ),
        { numRuns: 80 },
      )
    },
  )

  it.each(kinds)('writes %s that readPanel reads: names and features of any text', async (kind) => {
    const file = join(folder, `panel.${kind}`)
    await fc.assert(
      fc.asyncProperty(names(6), number, async ([channel, feature, size, ...others], value) => {
        const panel = others.map(
          (name, i) =>
            new TimeSeries({
              values: [i, value, 3].slice(i % 2),
              channels: [channel as string],
              index: index(3 - (i % 2)),
              name,
              statics: { [feature as string]: `${name}x`, [size as string]: i } as Statics,
            }),
        )
        await writeSeries(file, panel)
        const statics = [feature as string, size as string]
        const read = await readPanel(file, {
          time: 'time',
          series: 'series',
          channels: [channel as string],
          statics,
          frequency: '1h',
        })
        const told = ({ name, values, statics, index }: TimeSeries) => ({
          name,
          values,
          statics: { ...statics },
          start: index.at(0),
        })
        expect(read.map(told)).toEqual(panel.map(told))
      }),
      { numRuns: 40 },
    )
  })

  it('keeps a lone column with holes, and the night with two hours of one name', async () => {
    const file = join(folder, 'single.csv')
    const holes = new TimeSeries({ values: [1, Number.NaN, 3, Number.NaN] })
    await writeSeries(file, holes)
    expect([...(await readSeries(file)).values]).toEqual([...holes.values])
    const night = TimeIndex.from({
      start: '2024-10-27 01:00',
      frequency: '1h',
      length: 4,
      timeZone: 'Europe/Berlin',
    })
    const hours = new TimeSeries({ values: [1, 2, 3, 4], index: night })
    await writeSeries(file, hours)
    expect((await readSeries(file, { time: 'time', timeZone: 'Europe/Berlin' })).index.equals(night)).toBe(
      true,
    )
    const lines = (await readFile(file, 'utf8')).split('\n')
    expect(lines.slice(2, 4)).toEqual(['2024-10-27 02:00+02:00,2', '2024-10-27 02:00+01:00,3'])
  })

  it('refuses what it could not read again', async () => {
    const file = join(folder, 'refused.csv')
    const one = (parts: object) => new TimeSeries({ values: [1], index: index(1), ...parts })
    await expect(writeSeries(file, one({ channels: ['time'] }))).rejects.toThrow(
      /every name of a column once, received "time" twice/,
    )
    await expect(writeSeries(file, [one({ name: 'a' }), one({ name: 'a' })])).rejects.toThrow(
      /every name of a series once/,
    )
    await expect(writeSeries(file, one({ channels: ['a\0b'] }))).rejects.toThrow(/without NUL/)
    await expect(writeSeries(file, one({ channels: ['\ud800'] }))).rejects.toThrow(/in Unicode/)
    const berlin = TimeIndex.from({
      start: '2024-01-01',
      frequency: '1d',
      length: 1,
      timeZone: 'Europe/Berlin',
    })
    await expect(writeSeries(file, [one({ name: 'a' }), one({ name: 'b', index: berlin })])).rejects.toThrow(
      /one time zone, received UTC, Europe\/Berlin/,
    )
    await expect(writeSeries(join(file, 'x', 'y.csv'), [one({})])).resolves.toBeUndefined()
    await expect(writeSeries(join(file, 'x', 'y.csv', 'z.csv'), one({}))).rejects.toThrow(StorageError)
  })

  it('writes what readPanel reads, in order', async () => {
    const file = join(folder, 'panel.csv')
    const panel = ['shop 1', 'shop, "2"'].map(
      (name, i) => new TimeSeries({ values: [i, Number.NaN, 3], channels: ['sold'], index: index(3), name }),
    )
    await writeSeries(file, panel)
    const read = await readPanel(file, { time: 'time', series: 'series' })
    expect(read.map(({ name }) => name)).toEqual(panel.map(({ name }) => name))
    expect(read.map(({ values }) => [...values])).toEqual(panel.map(({ values }) => [...values]))
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])(
    'makes %j harmless wherever a name can stand, and leaves negative numbers alone',
    async (name) => {
      const file = join(folder, 'formula.csv')
      await writeSeries(file, [new TimeSeries({ values: [-5], channels: [name], index: index(1), name })])
      const text = await readFile(file, 'utf8')
      const cells = text.split(/[,\n]/).map((cell) => cell.replace(/^"/, ''))
      expect(cells.filter((cell) => /^[=+@\t\r]|^-\D/.test(cell) || cell === name)).toEqual([])
      expect(cells).toContain('-5')
    },
  )

  it('does so in forecasts, too', () => {
    const forecast = new Forecast({
      index: index(1),
      channels: ['=HYPERLINK("http://x")'],
      values: Float64Array.of(-2),
      quantiles: new Map([[0.9, Float64Array.of(1.5)]]),
      name: '=cmd',
    })
    expect(forecastsCsv([forecast])).toBe(
      'series,time,"\'=HYPERLINK(""http://x"")","\'=HYPERLINK(""http://x""):q0.9"\n\'=cmd,2024-03-30 22:00,-2,1.5\n',
    )
  })

  it('writes an object a line where the file ends in .jsonl: all keys in their order, texts as they are', async () => {
    const file = join(folder, 'shops.JSONL')
    const options = {
      channels: ['sold', '7', '=x'],
      index: index(2),
      name: '-north',
      statics: { kind: 'a\0b' },
    }
    const rows = [
      [-0, 1e-7, Number.NaN],
      [2, 3, 4],
    ]
    await writeSeries(file, [new TimeSeries({ values: rows, ...options })])
    expect((await readFile(file, 'utf8')).split('\n')).toEqual([
      '{"series":"-north","time":"2024-03-30 22:00","sold":-0,"7":1e-7,"=x":null,"kind":"a\\u0000b"}',
      '{"series":"-north","time":"2024-03-30 23:00","sold":2,"7":3,"=x":4,"kind":"a\\u0000b"}',
      '',
    ])
    const columns = { time: 'time', series: 'series', statics: ['kind'], channels: ['sold', '7', '=x'] }
    const [read] = await readPanel(file, columns)
    expect(read).toMatchObject({ name: '-north', statics: { kind: 'a\0b' } })
    expect(read?.values).toEqual(Float64Array.from(rows.flat()))
    await expect(
      writeSeries(file, new TimeSeries({ values: [1], channels: ['time'], index: index(1) })),
    ).rejects.toThrow(/every name of a column once/)
  })

  it('writes forecasts as objects, too', async () => {
    const file = join(folder, 'forecast.jsonl')
    const quantiles = new Map([[0.9, Float64Array.of(1 / 3)]])
    const forecast = new Forecast({
      index: index(1),
      channels: ['sold'],
      values: Float64Array.of(-2),
      quantiles,
    })
    await writeForecasts(file, forecast)
    expect(await readFile(file, 'utf8')).toBe(
      '{"time":"2024-03-30 22:00","sold":-2,"sold:q0.9":0.33333333}\n',
    )
  })
})
