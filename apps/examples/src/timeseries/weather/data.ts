/**
 * A city's air that every machine can make by itself, hour by hour: fine dust that heating and traffic give off and that
 * wind and rain take away; years, weeks and days with their rhythms, episodes that last for days, a new law that cuts
 * emissions, a sensor that fails now and then.
 *
 *     npx tsx apps/examples/src/timeseries/weather/data.ts
 */
import { Rng } from '@attentive/core'
import { isMain } from '../../is-main.js'

export interface AirOptions {
  seed: number
  /** Default 13,000, a year and a half. */
  hours?: number
}

/** A row of the table: missing dust is null. */
export interface AirRow {
  time: string
  dust: number | null
  temperature: number
  pressure: number
  wind: number
  rain: number
}

/** Share of the hours after which the law holds. */
const lawFrom = 0.4

export function makeAir({ seed, hours = 13_000 }: AirOptions): AirRow[] {
  const rng = new Rng(seed)
  const weather = { front: 0, warmth: 0, dust: 60 }
  let silent = 0
  return Array.from({ length: hours }, (_, t): AirRow => {
    const day = Math.sin((2 * Math.PI * (t - 9)) / 24)
    const year = Math.cos((2 * Math.PI * (t - 400)) / (24 * 365.25))
    weather.front = 0.985 * weather.front + 0.17 * rng.nextNormal()
    weather.warmth = 0.99 * weather.warmth + 0.14 * rng.nextNormal()
    const temperature = 12 - 13 * year + 4 * day + 3 * weather.warmth
    const wind = Math.max(0.2, 2.5 + 2 * weather.front + 0.8 * day + 0.5 * rng.nextNormal())
    const rain = weather.front > 1.2 && rng.next() < 0.4 ? 2 * rng.next() : 0
    const heating = Math.max(0, 14 - temperature) * 0.5
    const traffic = Math.floor(t / 24) % 7 < 5 ? 4 * Math.max(0, Math.sin((2 * Math.PI * (t - 6)) / 12)) : 1
    const emitted = (3 + heating + traffic) * (t > lawFrom * hours ? 0.8 : 1)
    const cleared = 0.02 + 0.03 * wind + 0.15 * rain
    weather.dust = Math.max(1, weather.dust * (1 - cleared) + emitted * (1 + 0.2 * rng.nextNormal()))
    silent = silent > 0 ? silent - 1 : rng.next() < 0.002 ? 1 + rng.nextInt(12) : 0
    return {
      time: new Date(Date.UTC(2022, 0, 1, t)).toISOString().slice(0, 16).replace('T', ' '),
      dust: silent > 0 ? null : rounded(weather.dust),
      temperature: rounded(temperature),
      pressure: rounded(1016 - 6 * weather.front + 3 * year),
      wind: rounded(wind),
      rain: rounded(rain),
    }
  })
}

const rounded = (value: number): number => Math.round(value * 10) / 10

if (isMain(import.meta.url)) console.table(makeAir({ seed: 1, hours: 24 }))
