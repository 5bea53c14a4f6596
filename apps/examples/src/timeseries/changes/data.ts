/**
 * Series that change now and then in level, restlessness or rhythm, at rows that are known.
 *
 *     npx tsx apps/examples/src/timeseries/changes/data.ts
 */
import { Rng } from '@attentive/core'
import { TimeIndex, TimeSeries } from '@attentive/timeseries'
import { isMain } from '../../is-main.js'

export interface ChangingSeries {
  series: TimeSeries
  /** First row of each new regime. */
  truth: number[]
}

const regimes = 13

export function makeChanges({ seed }: { seed: number }): ChangingSeries {
  const rng = new Rng(seed)
  const values: number[] = []
  const truth: number[] = []
  const state = { level: 0, deviation: 0.3, frequency: 1 / 12, phase: 0 }
  for (let i = 0; i < regimes; i++) {
    if (i > 0) {
      truth.push(values.length)
      if (i % 3 === 0) state.level += rng.next() < 0.5 ? -2 : 2
      if (i % 3 === 1) state.deviation = state.deviation < 0.5 ? 1 : 0.3
      if (i % 3 === 2)
        state.frequency = state.frequency > 0.1 ? 1 / 24 : state.frequency > 0.05 ? 1 / 7 : 1 / 12
    }
    for (let steps = 120 + rng.nextInt(120); steps > 0; steps--) {
      state.phase += 2 * Math.PI * state.frequency
      values.push(state.level + Math.sin(state.phase) + state.deviation * rng.nextNormal())
    }
  }
  const index = TimeIndex.from({ start: '2018-01-01', frequency: '1d', length: values.length })
  return { series: new TimeSeries({ values, index }), truth }
}

if (isMain(import.meta.url)) console.log(makeChanges({ seed: 1 }).truth.join(' '))
