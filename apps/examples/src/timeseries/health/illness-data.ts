/**
 * Weekly visits for influenza-like illness that every machine can make by itself: waves in winter whose height and week
 * differ from year to year, holidays in which fewer people go to the doctor, a pandemic out of season.
 *
 *     npx tsx apps/examples/src/timeseries/health/illness-data.ts
 */
import { Rng } from '@attentive/core'
import { TimeIndex, TimeSeries } from '@attentive/timeseries'
import { isMain } from '../../is-main.js'

export interface IllnessOptions {
  seed: number
  /** Default 900, about seventeen years. */
  weeks?: number
}

interface Wave {
  /** Week of its peak, counted from the first one; its height in percent, and its width in weeks. */
  peak: number
  height: number
  width: number
}

/** Share of visits that are for influenza-like illness, in percent, by age. */
export function makeIllness({ seed, weeks = 900 }: IllnessOptions): TimeSeries {
  const rng = new Rng(seed)
  const winters = Math.ceil(weeks / 52.18) + 1
  const waves: Wave[] = Array.from({ length: winters }, (_, year) => ({
    peak: 52.18 * year + 4 + 4 * rng.nextNormal(),
    height: 1.5 + 3.5 * rng.next(),
    width: 4 + 2 * rng.next(),
  }))
  waves.push({ peak: 0.45 * weeks + 17, height: 5, width: 5 })
  const shares = { children: 1.5, adults: 0.8, elderly: 0.5 }
  let noise = 0
  const values = Array.from({ length: weeks }, (_, t) => {
    noise = 0.7 * noise + 0.05 * rng.nextNormal()
    const level = waves.reduce((sum, { peak, height, width }) => {
      return sum + height * Math.exp(-((t - peak) ** 2) / (2 * width ** 2))
    }, 0.8)
    const holiday = t % 52 === 51 || t % 52 === 0 ? 0.85 : 1
    return Object.values(shares).map(
      (share) => level * share * holiday * Math.exp(noise + 0.04 * rng.nextNormal()),
    )
  })
  const index = TimeIndex.from({ start: '2006-01-02', frequency: '1w', length: weeks })
  return new TimeSeries({ values, channels: Object.keys(shares), index })
}

if (isMain(import.meta.url)) console.table(makeIllness({ seed: 1 }).slice(0, 20).toRecords())
