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

interface Regime {
  level: number
  deviation: number
  /** Cycles a day. */
  frequency: number
}

type Change = (regime: Regime, rng: Rng) => void

/** By turns. */
const kinds: readonly Change[] = [
  function level(regime, rng) {
    regime.level += rng.next() < 0.5 ? -2 : 2
  },
  function restlessness(regime) {
    regime.deviation = regime.deviation < 0.5 ? 1 : 0.3
  },
  function rhythm(regime) {
    const next = { [1 / 12]: 1 / 7, [1 / 7]: 1 / 24, [1 / 24]: 1 / 12 }
    regime.frequency = next[regime.frequency] as number
  },
]

export function makeChanges({ seed }: { seed: number }): ChangingSeries {
  const rng = new Rng(seed)
  const values: number[] = []
  const truth: number[] = []
  const regime: Regime = { level: 0, deviation: 0.3, frequency: 1 / 12 }
  let phase = 0
  for (let i = 0; i < regimes; i++) {
    if (i > 0) {
      truth.push(values.length)
      kinds[i % kinds.length]?.(regime, rng)
    }
    for (let steps = 120 + rng.nextInt(120); steps > 0; steps--) {
      phase += 2 * Math.PI * regime.frequency
      values.push(regime.level + Math.sin(phase) + regime.deviation * rng.nextNormal())
    }
  }
  const index = TimeIndex.from({ start: '2018-01-01', frequency: '1d', length: values.length })
  return { series: new TimeSeries({ values, index }), truth }
}

if (isMain(import.meta.url)) console.log(makeChanges({ seed: 1 }).truth.join(' '))
