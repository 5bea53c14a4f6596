/**
 * Exchange rates that every machine can make by itself: random walks whose restlessness comes in waves (GARCH,
 * Bollerslev 1986), a crisis in which it doubles, business days with holidays left out.
 *
 *     npx tsx apps/examples/src/timeseries/finance/data.ts
 */
import { Rng } from '@attentive/core'
import { TimeIndex, TimeSeries } from '@attentive/timeseries'
import { isMain } from '../../is-main.js'

export interface RatesOptions {
  seed: number
  /** Business days. Default 2500, about ten years. */
  days?: number
}

const currencies = [
  { name: 'EUR', start: 1.1, restlessness: 0.005 },
  { name: 'GBP', start: 1.3, restlessness: 0.006 },
  { name: 'JPY', start: 0.009, restlessness: 0.0055 },
]
/** Share of the days at which the crisis begins, and how long it lasts. */
const crisis = { from: 0.55, to: 0.65 }

/** Dollars for one of each currency, by business day. */
export function makeRates({ seed, days = 2500 }: RatesOptions): TimeSeries {
  const rng = new Rng(seed)
  const index = TimeIndex.from({ start: '2014-01-06', frequency: '1b', length: days })
  const states = currencies.map(({ start }) => ({ log: Math.log(start), variance: 1 }))
  const values = Array.from({ length: days }, (_, t) => {
    const inCrisis = t >= crisis.from * days && t < crisis.to * days
    const together = rng.nextNormal()
    const row = currencies.map(({ restlessness }, c) => {
      const state = states[c] as (typeof states)[number]
      const shock = 0.6 * together + 0.8 * rng.nextNormal()
      const size = Math.sqrt(state.variance) * (inCrisis ? 2 : 1)
      state.log += restlessness * size * shock
      state.variance = 0.06 + 0.08 * state.variance * shock ** 2 + 0.86 * state.variance
      return Math.exp(state.log)
    })
    return isHoliday(String(index.at(t))) ? row.map(() => Number.NaN) : row
  })
  return new TimeSeries({ values, channels: currencies.map(({ name }) => name), index, name: '' })
}

const isHoliday = (day: string): boolean => /-(12-2[56]|01-01|05-01)$/.test(day)

if (isMain(import.meta.url)) console.table(makeRates({ seed: 1 }).slice(0, 10).toRecords())
