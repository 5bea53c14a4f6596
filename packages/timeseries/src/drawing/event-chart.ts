/** What charts of findings in series share: panels of the series, and a lane for what was found and what is true. */
import { DataError } from '@attentive/core'
import { requireLength } from './checks.js'
import { parts } from './marks.js'
import type { Panel, PlannedSeries } from './plan.js'
import { green, vermilion } from './style.js'
import { channelList } from './time-panels.js'
import { type Places, placesOf, type Time } from './times.js'

/** One channel: a panel of its own. */
export interface ChartChannel {
  /** Default none. */
  name?: string
  /** Of the values. Default none. */
  unit?: string
  /** `[T]`; NaN leaves a gap. */
  values: ArrayLike<number>
}

/** One channel, or several. */
export type ChannelOptions = ChartChannel | { channels: readonly ChartChannel[] }

/** @throws DataError, ShapeError or InvalidArgumentError when there are none, too many, or of another length. */
export function channelsOf(options: ChannelOptions, length: number): readonly ChartChannel[] {
  const channels = channelList<ChartChannel>(options)
  for (const { channel, prefix } of channels) requireLength(`${prefix}values`, channel.values, length)
  return channels.map(({ channel }) => channel)
}

/** From its first to its last time, both in it. */
export interface TimeSpan {
  start: Time
  end: Time
}

/** Where spans lie. @throws DataError when one ends before it begins. */
export function spansOf(
  argument: string,
  list: readonly TimeSpan[],
  kind: Places['kind'],
): [number, number][] {
  const place = (name: 'start' | 'end') => list.map((one) => one[name])
  if (list.length === 0) return []
  const [starts, ends] = [place('start'), place('end')].map((times, i) => {
    const places = placesOf(`${argument}, ${i === 0 ? 'start' : 'end'}`, times)
    if (places.kind === kind) return places.at
    throw new DataError({
      argument,
      expected: kind === 'time' ? 'times, as the series has' : 'steps, as the series has',
      received: JSON.stringify(times[0]),
    })
  }) as [Float64Array, Float64Array]
  return Array.from(starts, (start, i) => {
    const end = ends[i] as number
    if (end >= start) return [start, end]
    throw new DataError({
      argument: `${argument}[${i}]`,
      expected: 'an end that is not before its start',
      received: `${list[i]?.start} to ${list[i]?.end}`,
    })
  })
}

/** At least as long as can be seen. */
export function visibleSpans(
  list: readonly [number, number][],
  { min, max }: { min: number; max: number },
): [number, number][] {
  const least = (max - min) * 0.004
  return list.map(([start, end]) => {
    const lacking = Math.max(0, least - (end - start)) / 2
    return [start - lacking, end + lacking]
  })
}

export interface Lane {
  name: 'found' | 'truth'
  spans: readonly [number, number][]
}

export const laneColors = { found: vermilion, truth: green } as const

/** Bars from start to end of each span, a row for each lane. */
export function lanesPanel(lanes: readonly Lane[], x: Panel['x'], heading: string): Panel {
  const series = lanes.map(({ name, spans }, row): PlannedSeries => {
    const data = spans.flatMap(([start, end]) => [
      [start, row],
      [end, row],
      [null, null],
    ])
    const drawn = parts({ name, data: data as unknown as number[][], color: laneColors[name], width: 10 })
    return { ...drawn, option: { ...drawn.option, clip: true } as PlannedSeries['option'] }
  })
  return {
    heading,
    height: 24 * lanes.length,
    x,
    y: { kind: 'category', labels: lanes.map(({ name }) => name) },
    series,
  }
}
