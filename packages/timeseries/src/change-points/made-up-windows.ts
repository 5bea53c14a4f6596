/** Windows with one change, or none, to learn from: rhythms and noise of many kinds, drawn anew at every step. */
import type { Rng } from '@attentive/core'

interface Regime {
  level: number
  /** Of the rhythm; 0 for none. */
  amplitude: number
  /** Cycles a step. */
  frequency: number
  /** Of the noise. */
  deviation: number
  /** Of the noise with itself a step before. */
  persistence: number
}

export interface MadeUpWindow {
  values: number[]
  /** The first step of what is new; W where nothing is. */
  change: number
}

/** Share of the windows in which nothing changes. */
const calmShare = 0.35
/** Changes keep this share of the window away from its ends. */
const margin = 0.1

type Change = (before: Regime, rng: Rng) => [before: Regime, after: Regime]

const changes: readonly Change[] = [
  function level(before, rng) {
    const size = (1.2 + 2 * rng.next()) * (before.deviation + before.amplitude / 2)
    return [before, { ...before, level: rng.next() < 0.5 ? -size : size }]
  },
  function deviation(before, rng) {
    return [before, { ...before, deviation: before.deviation * factor(rng, 2, 4) }]
  },
  function frequency(before, rng) {
    const rhythmic = { ...before, amplitude: Math.max(before.amplitude, 1.5 * before.deviation) }
    return [rhythmic, { ...rhythmic, frequency: before.frequency * factor(rng, 1.8, 2.8) }]
  },
]

/** A number between both bounds, or its inverse. */
function factor(rng: Rng, low: number, high: number): number {
  const value = low + (high - low) * rng.next()
  return rng.next() < 0.5 ? value : 1 / value
}

/** @param length W */
export function madeUpWindow(rng: Rng, length: number): MadeUpWindow {
  const regime: Regime = {
    level: 0,
    amplitude: rng.next() < 0.6 ? 0.5 + 1.5 * rng.next() : 0,
    frequency: 1 / (5 + 25 * rng.next()),
    deviation: 0.2 + rng.next(),
    persistence: rng.next() < 0.5 ? 0 : 0.7 * rng.next(),
  }
  const walk = new Walk(rng)
  if (rng.next() < calmShare) return { values: walk.steps(length, regime), change: length }
  const change = Math.floor(length * (margin + (1 - 2 * margin) * rng.next()))
  const [before, after] = (changes[rng.nextInt(changes.length)] as Change)(regime, rng)
  return { values: [...walk.steps(change, before), ...walk.steps(length - change, after)], change }
}

/** Rhythm and noise go on where they are when the regime changes. */
class Walk {
  private phase: number
  private noise = 0

  constructor(private readonly rng: Rng) {
    this.phase = 2 * Math.PI * rng.next()
  }

  steps(count: number, { level, amplitude, frequency, deviation, persistence }: Regime): number[] {
    return Array.from({ length: count }, () => {
      this.phase += 2 * Math.PI * frequency
      this.noise = persistence * this.noise + Math.sqrt(1 - persistence ** 2) * this.rng.nextNormal()
      return level + amplitude * Math.sin(this.phase) + deviation * this.noise
    })
  }
}
