/** A heart rate, a number a minute, with what may go wrong. */
import { Rng } from '@attentive/core'
import { TimeIndex, TimeSeries } from '../../src/series/index.js'

export interface VitalSign {
  series: TimeSeries
  /** Whether each step is an anomaly. */
  truth: boolean[]
}

type Mischief = (values: number[], from: number, rng: Rng) => number

/** Each changes values from a step on, and says up to where. */
const mischief: Mischief[] = [
  function spike(values, from) {
    values[from] = (values[from] as number) + 45
    return from + 1
  },
  function shift(values, from) {
    for (let t = from; t < from + 20; t++) values[t] = (values[t] as number) + 22
    return from + 20
  },
  function flatline(values, from) {
    for (let t = from; t < from + 25; t++) values[t] = values[from] as number
    return from + 25
  },
  function tremor(values, from, rng) {
    for (let t = from; t < from + 15; t++) values[t] = (values[t] as number) + 14 * rng.nextNormal()
    return from + 15
  },
]

/** Breathing, exercise now and then, noise; in `anomalies` places something is wrong, each kind by turns. */
export function vitalSign({
  length,
  seed,
  anomalies = 0,
}: {
  length: number
  seed: number
  anomalies?: number
}): VitalSign {
  const rng = new Rng(seed)
  let [drift, phase] = [0, 0]
  const values = Array.from({ length }, (_, t) => {
    drift = 0.97 * drift + 0.6 * rng.nextNormal()
    phase += (2 * Math.PI) / 24 + 0.02 * rng.nextNormal()
    return 70 + 6 * Math.sin(phase) + 3 * Math.sin((2 * Math.PI * t) / 180) + drift + 1.2 * rng.nextNormal()
  })
  const truth = new Array<boolean>(length).fill(false)
  for (let i = 0; i < anomalies; i++) {
    const from = Math.floor(((i + 0.5) * length) / anomalies) + rng.nextInt(20)
    const to = (mischief[i % mischief.length] as Mischief)(values, from, rng)
    truth.fill(true, from, to)
  }
  const index = TimeIndex.from({ start: '2024-05-01 00:00', frequency: '1min', length })
  return { series: new TimeSeries({ values, channels: ['pulse'], index }), truth }
}
