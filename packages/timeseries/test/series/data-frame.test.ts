import * as danfo from 'danfojs-node'
import { expect, it } from 'vitest'
import { seriesFromDataFrame, TimeIndex, TimeSeries, toDataFrame } from '../../src/series/index.js'

it('a series goes into a DataFrame of danfojs-node and comes out again', async () => {
  const series = new TimeSeries({
    values: [
      [1, 10],
      [Number.NaN, 20],
    ],
    channels: ['load', 'price'],
    index: TimeIndex.from({ start: '2024-01-01 00:00', frequency: '1h', length: 2 }),
  })
  const frame = toDataFrame(series, danfo)
  expect(frame.columns).toEqual(['time', 'load', 'price'])
  const again = await seriesFromDataFrame(frame, { time: 'time' })
  expect(again.values).toEqual(series.values)
  expect(again.index.equals(series.index)).toBe(true)
})

it('what is no DataFrame is refused', async () => {
  await expect(seriesFromDataFrame([] as never)).rejects.toThrow(/expected a DataFrame/)
})
