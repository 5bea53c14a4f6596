/** Long series and large panels: read in flat memory, cut without being looked through again. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backtest, NeuralForecaster } from '../../src/forecasting/index.js'
import { readPanel, readSeries, TimeIndex, TimeSeries } from '../../src/series/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-large-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** `ATTENTIVE_LONG_TESTS=1` reads a million rows. */
const rows = process.env.ATTENTIVE_LONG_TESTS ? 1_000_000 : 200_000

async function writeRows(file: string, header: string, count: number, row: (i: number) => string) {
  const stream = createWriteStream(file)
  stream.write(header)
  for (let i = 0; i < count; i += 1000) {
    const block = Array.from({ length: Math.min(1000, count - i) }, (_, k) => row(i + k))
    if (!stream.write(block.join(''))) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
}

it(`${rows.toLocaleString('en')} rows are read in flat memory, and progress is told`, async () => {
  const file = join(folder, 'long.csv')
  const start = Date.UTC(2000, 0, 1)
  const time = (i: number) => new Date(start + i * 60_000).toISOString().slice(0, 16).replace('T', ' ')
  await writeRows(
    file,
    'time,load,note\n',
    rows,
    (i) => `${time(i)},${i % 1000 === 7 ? '' : i / 8},${'x'.repeat(40)}\n`,
  )
  const told: number[] = []
  const before = process.memoryUsage().heapUsed
  let most = 0
  const series = await readSeries(file, {
    time: 'time',
    onProgress(count) {
      told.push(count)
      most = Math.max(most, process.memoryUsage().heapUsed - before)
    },
  })
  expect([series.length, series.channels, series.index.frequency.toString()]).toEqual([
    rows,
    ['load'],
    '1min',
  ])
  expect([series.values[8], series.values[7], series.values.at(-1)]).toEqual([1, Number.NaN, (rows - 1) / 8])
  expect(told.length).toBeGreaterThan(3)
  expect(told.every((count, i) => i === 0 || count >= (told[i - 1] as number))).toBe(true)
  expect(told.at(-1)).toBe(rows)
  expect(most).toBeLessThan(150e6) // the texts of a million rows alone would be more
}, 120_000)

describe('parts of a long series', () => {
  const long = new TimeSeries({
    values: new Float64Array(2_000_000),
    channels: ['a', 'b'],
    index: TimeIndex.from({ start: '2000-01-01', frequency: '1min', length: 1_000_000 }),
  })

  it('are cut, named and joined to an index without a look at every value', () => {
    for (let i = 0; i < 20_000; i++) {
      const part = long.slice(i, -1).with({ name: 'part' })
      if (part.length !== 999_999 - i || part.values.buffer !== long.values.buffer) throw new Error('no view')
    }
  }, 5000)

  it('are series like others, and new values are still looked at', () => {
    const part = long.slice(5, 8).select(['b'])
    expect(part).toBeInstanceOf(TimeSeries)
    expect(part).toEqual(new TimeSeries({ values: part.values, channels: ['b'], index: part.index }))
    expect(() => part.map(() => Infinity)).toThrow(/values \(b, 2000-01-01 00:05\): expected finite numbers/)
    expect(() => part.with({ values: [1, 2, -Infinity] })).toThrow(/expected finite numbers/)
    expect(() => part.with({ channels: ['x', 'y'] })).toThrow(/rows of 2/)
    expect(() => part.with({ index: part.index.withLength(2) })).toThrow(/2 rows of 1/)
    expect(() => part.select([])).toThrow(/at least one name/)
    expect(() => long.select(['b', 'b'])).toThrow(/each once/)
  })
})

it('a thousand series are read, learnt from and forecast together', async () => {
  const file = join(folder, 'panel.csv')
  const length = 40
  await writeRows(file, 'shop,date,sold\n', 1000 * length, (i) => {
    const [day, shop] = [Math.floor(i / 1000), i % 1000]
    return `shop ${shop},${new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)},${shop + ((day + shop) % 7)}\n`
  })
  const panel = await readPanel(file, { time: 'date', series: 'shop' })
  expect([panel.length, panel[999]?.name, panel[999]?.length]).toEqual([1000, 'shop 999', length])
  const forecaster = new NeuralForecaster({
    model: { name: 'linear', kernelSize: 7 },
    lookback: 14,
    horizon: 7,
    scaling: 'each',
    training: { batchSize: 256, epochs: 12, optimizer: { type: 'adam', learningRate: 1e-2 } },
  })
  await forecaster.fit(panel.map((one) => one.slice(0, 33)))
  const { scores } = await backtest(forecaster, panel, { folds: 1 })
  expect(scores.windows).toBe(1000)
  expect(scores.mae).toBeLessThan(0.5) // a shop's mean would be 1.7 off
}, 60_000)
