import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPanel, readSeries, readSeriesRows, seriesFromRecords } from '../../src/series/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-series-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(content: string | Uint8Array, name = 'table.csv'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const time = { time: 'date' }

describe('a series from a file', () => {
  it('has its columns of numbers, its frequency and its missing values', async () => {
    const path = await file('date,load,note\n2024-01-01,1.5,a\n2024-01-02,NA,b\n2024-01-03,3,c\n')
    const series = await readSeries(path, time)
    expect(series.channels).toEqual(['load'])
    expect([...series.values]).toEqual([1.5, Number.NaN, 3])
    expect([series.index.frequency.toString(), series.index.at(2)]).toEqual(['1d', '2024-01-03'])
  })

  it('finds semicolons, decimal commas and packed files out', async () => {
    const text = 'date;load\n01.02.2024 00:00;1.234,5\n01.02.2024 01:00;7,25\n'
    const path = await file(gzipSync(text), 'table.csv.gz')
    const series = await readSeries(path, { ...time, dateFormat: 'DD.MM.YYYY HH:mm' })
    expect([...series.values]).toEqual([1234.5, 7.25])
    expect(series.index.at(1)).toBe('2024-02-01 01:00')
  })

  it.each([
    ['x', 1_706_745_600_000, 3_600_000],
    ['X', 1_706_745_600, 3600],
  ])('reads times that count from 1970, as %s', async (dateFormat, start, hour) => {
    const lines = [0, 1, 2].map((i) => `${start + i * hour},${i}`)
    const path = await file(`date,load\n${lines.join('\n')}\n`)
    const series = await readSeries(path, { ...time, dateFormat })
    expect([series.index.at(0), series.index.at(2)]).toEqual(['2024-02-01 00:00', '2024-02-01 02:00'])
    await expect(readSeries(path, time)).rejects.toThrow(/"x" for milliseconds, "X" for seconds/)
    const objects = [0, 1, 2].map((i) => JSON.stringify({ date: start + i * hour, load: i }))
    const jsonl = await readSeries(await file(objects.join('\n'), 'rows.jsonl'), { ...time, dateFormat })
    expect(jsonl.index.at(2)).toBe('2024-02-01 02:00')
    for (const no of ['1e9', '99999999999999999', 'soon'])
      await expect(readSeries(await file(`date,load\n${no},1\n`), { ...time, dateFormat })).rejects.toThrow(
        new RegExp(`a time like ${dateFormat}`),
      )
  })

  it('reads times that stand in several columns', async () => {
    const path = await file('year,month,day,hour,x\n2024,2,29,23,1\n2024,3,1,0,2\n')
    const series = await readSeries(path, { time: ['year', 'month', 'day', 'hour'] })
    expect([series.index.at(0), series.index.frequency.toString()]).toEqual(['2024-02-29 23:00', '1h'])
  })

  it('reads an object a line', async () => {
    const path = await file('{"date":"2024-01-01","x":1}\n{"date":"2024-01-08","x":null}\n', 'table.jsonl')
    const series = await readSeries(path, time)
    expect([series.index.frequency.toString(), ...series.values]).toEqual(['1w', 1, Number.NaN])
  })

  it('shows the first gap, and fills or resamples when asked', async () => {
    const path = await file(
      'date,x\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n2024-01-01 03:00,4\n2024-01-01 04:00,5\n',
    )
    await expect(readSeries(path, time)).rejects.toThrow(
      /regular steps of 1h: 2024-01-01 02:00 after 2024-01-01 01:00, received 2024-01-01 03:00/,
    )
    const filled = await readSeries(path, { ...time, gaps: 'missing' })
    expect([...filled.values]).toEqual([1, 2, Number.NaN, 4, 5])
    const coarse = await readSeries(path, { ...time, resample: { frequency: '2h' } })
    expect([...coarse.values]).toEqual([1.5, 4, 5])
  })

  it('names lines that are out of order or there twice', async () => {
    const back = await file('date,x\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3\n')
    await expect(readSeries(back, time)).rejects.toThrow(/line 3: expected a time after 2024-01-02 00:00/)
    expect([...(await readSeries(back, { ...time, order: 'sort' })).values]).toEqual([2, 1, 3])
    const twice = await file('date,x\n2024-01-01,1\n2024-01-01,3\n2024-01-02,5\n')
    await expect(readSeries(twice, time)).rejects.toThrow(/line 3: expected every time once/)
    const means = await readSeries(twice, { ...time, duplicates: 'mean' })
    expect([...means.values]).toEqual([2, 5])
  })

  it.each([
    ['', /expected a header and rows, received an empty file/],
    ['date,x\n', /expected rows below the header/],
    ['date,x\n2024-01-01,1\n2024-01-02\n', /line 3: expected 2 cells/],
    ['date,x\n2024-13-01,1\n', /line 2: expected a time, year first, received "2024-13-01"/],
    ['day,x\n2024-01-01,1\n', /expected a column "date", received "day", "x"/],
    ['date,x\n2024-01-01,1\0\n', /looks binary/],
  ])('refuses %j', async (content, message) => {
    await expect(readSeries(await file(content), time)).rejects.toThrow(message)
  })

  it('names the cell that is no number', async () => {
    const path = await file('date,x\n2024-01-01,1\n2024-01-02,one\n')
    await expect(readSeries(path, { ...time, channels: ['x'] })).rejects.toThrow(
      /line 3, column "x": expected a number, received "one"/,
    )
  })

  it('may be a single row', async () => {
    const series = await readSeries(await file('date,x\n2024-01-01,1\n'), time)
    expect(series.length).toBe(1)
  })
})

describe('many series from a file', () => {
  it('are told apart by a column, each with its features', async () => {
    const path = await file(
      'shop,date,sold,size\nB,2024-01-01,1,5\nA,2024-01-01,2,7\nB,2024-01-02,3,5\nA,2024-01-02,4,7\n',
    )
    const panel = await readPanel(path, { ...time, series: 'shop', statics: ['size'] })
    expect(panel.map(({ name, values, statics }) => [name, [...values], statics])).toEqual([
      ['B', [1, 3], { size: 5 }],
      ['A', [2, 4], { size: 7 }],
    ])
  })

  it('may stand in rows, each as long as it is', async () => {
    const panel = await readSeriesRows(await file('V1,V2,V3,V4\nH1,1,2,3\nH2,4,,\n'))
    expect(panel.map(({ name, values }) => [name, ...values])).toEqual([
      ['H1', 1, 2, 3],
      ['H2', 4],
    ])
  })
})

it('records are read like files', async () => {
  const series = await seriesFromRecords(
    [
      { date: new Date('2024-01-01T00:00:00Z'), x: 1 },
      { date: new Date('2024-01-01T00:15:00Z'), x: 2 },
    ],
    time,
  )
  expect([series.index.frequency.toString(), ...series.values]).toEqual(['15min', 1, 2])
})
