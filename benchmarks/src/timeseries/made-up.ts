/** An hourly load: a day's and a week's rhythm, a slow drift, noise; of the same kind on both sides (peers/forecasting.py). */
import { Rng } from '@attentive/core'
import { TimeIndex, TimeSeries } from '@attentive/timeseries'

export function madeUpSeries(length: number): TimeSeries {
  const rng = new Rng(1)
  let drift = 0
  const values = Float64Array.from({ length }, (_, t) => {
    drift = 0.999 * drift + 0.05 * (rng.next() - 0.5)
    const day = Math.sin((2 * Math.PI * t) / 24)
    const week = Math.sin((2 * Math.PI * t) / 168)
    return 10 + 2 * day + week + drift + 0.4 * (rng.next() - 0.5)
  })
  const index = TimeIndex.from({ start: '2020-01-01 00:00', frequency: '1h', length })
  return new TimeSeries({ values, channels: ['load'], index })
}
