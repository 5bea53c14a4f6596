/** Tables and series as one would not wish for them: each has an error that says what to do, or is done with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataError } from '@attentive/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ForecastConfig, NeuralForecaster } from '../../src/forecasting/index.js'
import { readSeries, TimeIndex, TimeSeries } from '../../src/series/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-hostile-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a table', () => {
  it.each<[string, string, RegExp]>([
    [
      'an infinite number',
      'time,x\n2024-01-01,1\n2024-01-02,1e999\n',
      /line 3, column "x": expected a number, received "1e999"/,
    ],
    [
      'infinity as a word',
      'time,x\n2024-01-01,1\n2024-01-02,Infinity\n',
      /line 3, column "x": .* received "Infinity"/,
    ],
    [
      'an infinite number in JSON',
      '{"time":"2024-01-01","x":1}\n{"time":"2024-01-02","x":-1e999}\n',
      /line 2, column "x": expected a number/,
    ],
    ['a column of another name', 'time,y\n2024-01-01,1\n', /expected a column "x", received "time", "y"/],
    ['a column with a slip of the pen', 'time,X \n2024-01-01,1\n', /Did you mean "X"\?/],
    [
      'a quote that is never closed',
      `time,x\n2024-01-01,"1\n${'2024-01-02,2\n'.repeat(50)}`,
      /line 2: expected cells with closed quotes/,
    ],
    [
      'a quote within a cell',
      'time,x\n2024-01-01,5" pipe\n2024-01-02,6" pipe\n',
      /line 2: expected cells with closed quotes/,
    ],
    ['a day that there is not', 'time,x\n2023-02-29,1\n', /line 2: expected a time/],
    [
      'the same time in two ways',
      'time,x\n2024-01-01,1\n2024-01-01T00:00Z,2\n',
      /line 3: expected every time once/,
    ],
  ])('with %s is refused', async (_, text, message) => {
    const file = join(folder, 'table.csv')
    await writeFile(file, text)
    const reading = readSeries(file, { time: 'time', channels: ['x'] })
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toBeInstanceOf(DataError)
  })

  it('may have cells of several lines, blank ones among them, and delimiters in quotes', async () => {
    const file = join(folder, 'lines.csv')
    await writeFile(file, '"time;date","a\n\nb,c;d;e"\n\n2024-01-01,"1"\n\n2024-01-02,2\n')
    const series = await readSeries(file, { time: 'time;date' })
    expect([series.channels, ...series.values]).toEqual([['a\n\nb,c;d;e'], 1, 2])
  })

  it('names the line of the file, whatever lies before', async () => {
    const file = join(folder, 'named.csv')
    await writeFile(file, 'time,"x\n\n"\n\n2024-01-01,1\n2024-01-02,one\n')
    await expect(readSeries(file, { time: 'time', channels: ['x\n\n'] })).rejects.toThrow(/line 6, column/)
  })
})

describe('a forecaster', () => {
  const config: ForecastConfig = {
    model: { name: 'linear', kernelSize: 3 },
    lookback: 8,
    horizon: 4,
    training: { epochs: 60, optimizer: { type: 'adam', learningRate: 2e-2 } },
  }
  const daily = (values: ArrayLike<number>) =>
    new TimeSeries({
      values: Float64Array.from(values),
      channels: ['load'],
      index: TimeIndex.from({ start: '2024-01-01', frequency: '1d', length: values.length }),
    })

  it.each(['none', 'log', 'boxCox', 'yeoJohnson'] as const)(
    'goes on with a series that never changes, transform %s',
    async (transform) => {
      for (const windowNorm of ['last', 'standard'] as const) {
        const forecaster = new NeuralForecaster({ ...config, transform, windowNorm })
        const constant = daily(new Array(60).fill(7))
        await forecaster.fit(constant, { validation: constant })
        const { values } = await forecaster.predict(constant)
        for (const value of values) expect(Math.abs(value - 7)).toBeLessThan(0.1)
      }
    },
  )

  it('says which name was probably meant', async () => {
    const series = daily(Array.from({ length: 60 }, (_, t) => t % 7))
    const forecaster = new NeuralForecaster(config)
    await forecaster.fit(series)
    await expect(forecaster.predict(series.with({ channels: ['Load'] }))).rejects.toThrow(
      /history: expected a channel "load", received "Load"\. Did you mean "Load"\?/,
    )
    const wrong = new NeuralForecaster({ ...config, target: ['loda'] })
    await expect(wrong.fit(series)).rejects.toThrow(/expected a channel "loda"/)
  })

  it('forecasts something finite where nothing is known of the look-back', async () => {
    const series = daily(Array.from({ length: 60 }, (_, t) => t % 7))
    const forecaster = new NeuralForecaster(config)
    await forecaster.fit(series)
    const { values } = await forecaster.predict(series.map(() => Number.NaN))
    expect(values.every(Number.isFinite)).toBe(true)
  })
})
