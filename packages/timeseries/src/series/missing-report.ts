/** What a series lacks. */
import { textTable } from '@attentive/core'
import { gapsOf } from '../statistics/gaps.js'
import type { TimeSeries } from './time-series.js'

type Time = string | number

export interface ChannelGaps {
  channel: string
  /** Missing values, and their share of all. */
  count: number
  share: number
  /** The longest run of missing values, the first one of several; null without any. */
  longestGap: { length: number; first: Time; last: Time } | null
  /** Times of the first and last known value; null where there is none. */
  firstKnown: Time | null
  lastKnown: Time | null
}

export class MissingReport {
  constructor(
    /** Steps of the series. */
    readonly length: number,
    readonly channels: readonly ChannelGaps[],
  ) {}

  /** Missing values of all channels. */
  get count(): number {
    return this.channels.reduce((sum, { count }) => sum + count, 0)
  }

  /** A table, a line for each channel. */
  toString(): string {
    const header = ['channel', 'missing', 'share', 'longest gap', 'known from', 'to']
    const rows = this.channels.map(({ channel, count, share, longestGap, firstKnown, lastKnown }) => [
      legible(channel),
      String(count),
      `${(100 * share).toFixed(1)} %`,
      longestGap ? `${longestGap.length} (${spanText(longestGap)})` : '–',
      String(firstKnown ?? '–'),
      String(lastKnown ?? '–'),
    ])
    return textTable([header, ...rows], { left: [0, 3, 4, 5] })
  }
}

/** Counts, shares and gaps of each channel. */
export function missingReport(series: TimeSeries): MissingReport {
  const { index, length } = series
  const channels = series.channels.map((channel): ChannelGaps => {
    const values = series.channel(channel)
    const gaps = gapsOf(values)
    const count = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
    const longest = gaps.reduce((best, gap) => (gap.to - gap.from > best.to - best.from ? gap : best), {
      from: 0,
      to: 0,
    })
    const known = (value: number) => !Number.isNaN(value)
    const [first, last] = [values.findIndex(known), values.findLastIndex(known)]
    return {
      channel,
      count,
      share: length === 0 ? 0 : count / length,
      longestGap:
        count === 0
          ? null
          : {
              length: longest.to - longest.from,
              first: index.at(longest.from),
              last: index.at(longest.to - 1),
            },
      firstKnown: first < 0 ? null : index.at(first),
      lastKnown: last < 0 ? null : index.at(last),
    }
  })
  return new MissingReport(length, channels)
}

function spanText({ first, last }: { first: Time; last: Time }): string {
  return first === last ? String(first) : `${first} … ${last}`
}

/** A name that cannot spoil a table, nor command a terminal. */
function legible(name: string): string {
  return /\p{Cc}/u.test(name) ? JSON.stringify(name).replace(/[\u007f-\u009f]/g, '?') : name
}
