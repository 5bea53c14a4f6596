/** Fourier features: seasons of any length as sines and cosines of the time. */
import { InvalidArgumentError } from '@attentive/core'
import { dayMilliseconds } from '../series/frequency.js'
import { type TimeIndex, TimeSeries } from '../series/index.js'
import { localTimes } from './local-times.js'

export interface FourierOptions {
  /** P, steps of a season, not always whole: 24 for days of hours, 365.25 for years of days. */
  period: number
  /** K, how many harmonics: the more the sharper a season can be, up to P / 2. */
  order: number
}

/**
 * sin(2πkt/P) and cos(2πkt/P) for k = 1 … K, channels `sin k/P` and `cos k/P` (Hyndman & Athanasopoulos 2021, section
 * 7.4). t counts the steps of the frequency since 1970, by the calendar from days on, or is the number of a counted step:
 * parts of a series, and later series, go on where others end. A day of hours is one of 24, whatever the clocks show.
 *
 * @throws InvalidArgumentError unless P ≥ 2 and K is a whole number of 1 … P / 2.
 */
export function fourierFeatures(index: TimeIndex, { period, order }: FourierOptions): TimeSeries {
  requireHarmonics(period, order)
  const step = stepNumbers(index)
  const values = new Float64Array(index.length * 2 * order)
  for (let t = 0; t < index.length; t++) {
    const angle = (2 * Math.PI * (step(t) % period)) / period
    for (let k = 1; k <= order; k++) {
      values[(t * order + k - 1) * 2] = Math.sin(k * angle)
      values[(t * order + k - 1) * 2 + 1] = Math.cos(k * angle)
    }
  }
  const channels = Array.from({ length: order }, (_, k) => [
    `sin ${k + 1}/${period}`,
    `cos ${k + 1}/${period}`,
  ])
  return new TimeSeries({ values, channels: channels.flat(), index })
}

function requireHarmonics(period: number, order: number): void {
  if (!(period >= 2 && period < Infinity))
    throw new InvalidArgumentError({
      argument: 'period',
      expected: 'at least 2 steps',
      received: String(period),
    })
  if (!Number.isInteger(order) || order < 1 || order > period / 2)
    throw new InvalidArgumentError({
      argument: 'order',
      expected: `a whole number of 1 … ${Math.floor(period / 2)}, half the period`,
      received: String(order),
    })
}

/** From a place in the index to the number of its step. Some are no whole numbers; one follows the other by 1. */
function stepNumbers(index: TimeIndex): (t: number) => number {
  const { unit, count, milliseconds } = index.frequency
  if (unit === 'step') return (t) => index.milliseconds(t) / count
  if (milliseconds !== null) return (t) => index.milliseconds(t) / milliseconds
  const wall = localTimes(index.timeZone)
  return (t) => calendarNumber(unit, wall(index.milliseconds(t))) / count
}

/** 1970-01-01 was a Thursday. */
const daysFromMonday = 3

function calendarNumber(unit: TimeIndex['frequency']['unit'], local: number): number {
  const day = Math.floor(local / dayMilliseconds)
  const date = new Date(local)
  const month = 12 * date.getUTCFullYear() + date.getUTCMonth()
  if (unit === 'day') return day
  if (unit === 'week') return day / 7
  if (unit === 'month') return month
  if (unit === 'quarter') return month / 3
  if (unit === 'year') return month / 12
  const week = Math.floor((day + daysFromMonday) / 7)
  return 5 * week + (day + daysFromMonday - 7 * week) // business days, Monday to Friday
}
