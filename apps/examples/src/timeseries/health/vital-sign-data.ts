/**
 * A night's heart rate that every machine can make by itself, a number a minute: breathing, sleep stages, restless
 * minutes; and what may go wrong with a heart or a sensor.
 *
 *     npx tsx apps/examples/src/timeseries/health/vital-sign-data.ts
 */
import { Rng } from '@attentive/core'
import { TimeIndex, TimeSeries } from '@attentive/timeseries'
import { isMain } from '../../is-main.js'

export interface VitalSignOptions {
  seed: number
  minutes: number
  /** How often something goes wrong, each kind by turns. Default 0. */
  troubles?: number
}

export interface VitalSign {
  series: TimeSeries
  /** For each minute, whether something was wrong. */
  truth: boolean[]
}

interface Trouble {
  minutes: number
  change(value: number, before: number, rng: Rng): number
}

const troubles: readonly Trouble[] = [
  // A racing heart.
  { minutes: 18, change: (value) => value + 35 },
  // A slipped sensor repeats itself.
  { minutes: 25, change: (_, before) => before },
  // Fibrillation: no rhythm from one minute to the next.
  { minutes: 15, change: (value, _, rng) => value + 14 * rng.nextNormal() },
  // A missed measurement.
  { minutes: 2, change: () => 5 },
]

export function makeVitalSign({ seed, minutes, troubles: count = 0 }: VitalSignOptions): VitalSign {
  const rng = new Rng(seed)
  const state = { restless: 0, breath: 0 }
  const values = Array.from({ length: minutes }, (_, t) => {
    state.restless = 0.96 * state.restless + 0.6 * rng.nextNormal()
    state.breath += (2 * Math.PI) / 24 + 0.02 * rng.nextNormal()
    const stage = 4 * Math.sin((2 * Math.PI * t) / 95)
    return 62 + stage + 3 * Math.sin(state.breath) + state.restless + rng.nextNormal()
  })
  const truth = new Array<boolean>(minutes).fill(false)
  for (let i = 0; i < count; i++) {
    const from = Math.floor(((i + 0.5) * minutes) / count) + rng.nextInt(20)
    const { minutes: length, change } = troubles[i % troubles.length] as Trouble
    const before = values[from] as number
    for (let t = from; t < Math.min(minutes, from + length); t++) {
      values[t] = change(values[t] as number, before, rng)
      truth[t] = true
    }
  }
  const index = TimeIndex.from({ start: '2024-05-01 21:00', frequency: '1min', length: minutes })
  return { series: new TimeSeries({ values, channels: ['pulse'], index }), truth }
}

if (isMain(import.meta.url))
  console.table(makeVitalSign({ seed: 1, minutes: 30, troubles: 1 }).series.toRecords())
