/** Files that are written are read again as they were, and do no harm in a spreadsheet. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Forecast, forecastsCsv } from '../../src/forecasting/index.js'
import { readPanel, readSeries, TimeIndex, TimeSeries, writeSeries } from '../../src/series/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-write-'))
})
afterAll(() => rm(folder, { recursive: true }))

const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN))
const index = (length: number) => TimeIndex.from({ start: '2024-03-30 22:00', frequency: '1h', length })

describe('writeSeries', () => {
  it('writes what readSeries reads', async () => {
    const file = join(folder, 'series.csv')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 20 }),
        fc.constantFrom('load', 'a,b', 'say "x"', 'Über', 'two\twords'),
        async (rows, name) => {
          const series = new TimeSeries({
            values: rows,
            channels: [name, 'other'],
            index: index(rows.length),
          })
          await writeSeries(file, series)
          const read = await readSeries(file, { time: 'time', channels: [name, 'other'] })
          expect([...read.values]).toEqual([...series.values].map((value) => (value === 0 ? 0 : value)))
          expect(read.index.equals(series.index)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
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
})
