/** A series with its anomaly scores, the events that were found and those that are true. */
import { countBelow } from '../statistics/count-below.js'
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireFinite, requireLength, requireSome } from './checks.js'
import {
  type ChannelOptions,
  type ChartChannel,
  channelsOf,
  type Lane,
  lanesPanel,
  spansOf,
  type TimeSpan,
  visibleSpans,
} from './event-chart.js'
import { line, observed, rules, spans } from './marks.js'
import type { Panel } from './plan.js'
import { blue, vermilion } from './style.js'
import { numberText, withUnit } from './texts.js'
import { extentOf } from './ticks.js'
import { heightFor, sharedAxis } from './time-panels.js'
import { placesOf, type Time } from './times.js'

export type AnomaliesChartOptions = ChartOptions &
  ChannelOptions & {
    times: readonly Time[]
    /** `[T]`, the larger the stranger; NaN leaves a gap. Default none. */
    scores?: ArrayLike<number>
    /** Scores above it are anomalies. Default none. */
    threshold?: number
    /** What was found. */
    events: readonly TimeSpan[]
    /** What is true, where it is known. */
    truth?: readonly TimeSpan[]
  }

/**
 * The series, a panel for each channel, with what was found in vermilion; the scores with their threshold; and a row each
 * for what was found and what is true.
 *
 * @throws DataError when a time is none, or an event ends before it begins. @throws ShapeError when values or scores do not fit their times.
 * @throws InvalidArgumentError when there are more than 12 channels.
 *
 * @example
 * anomaliesChart({ times, values, scores, threshold: 3, events: [{ start: '2014-02-09', end: '2014-02-10' }] })
 */
export function anomaliesChart(options: AnomaliesChartOptions): Chart {
  const { times, scores, threshold, events, truth } = options
  requireSome('times', times)
  const channels = channelsOf(options, times.length)
  if (scores) requireLength('scores', scores, times.length)
  if (threshold !== undefined) requireFinite('threshold', threshold)
  const places = placesOf('times', times)
  const axis = sharedAxis([places])
  const found = spansOf('events', events, places.kind)
  const lanes: Lane[] = [{ name: 'found', spans: visibleSpans(found, axis) }]
  if (truth) lanes.push({ name: 'truth', spans: visibleSpans(spansOf('truth', truth, places.kind), axis) })
  const title = titleOf(options)
  return makeChart(
    options,
    (points) => ({
      title,
      description: `${events.length} anomalies found in ${times.length} steps${truth ? `, ${truth.length} are true` : ''}.`,
      legend: ['observed', 'found', ...(truth ? ['truth'] : [])].map((name) => ({ name })),
      panels: [
        ...channels.map((channel) =>
          channelPanel(channel, { at: places.at, axis, found, lanes, points, count: channels.length }),
        ),
        ...(scores ? [scoresPanel(scores, threshold, { at: places.at, axis, points })] : []),
        lanesPanel(lanes, axis, truth ? 'found and true events' : 'found events'),
      ],
    }),
    channels.length * 2 + 1,
  )
}

interface Frame {
  at: Float64Array
  axis: Panel['x']
  points: number
}

function channelPanel(
  { name = '', unit, values }: ChartChannel,
  {
    at,
    axis,
    found,
    lanes,
    points,
    count,
  }: Frame & { found: [number, number][]; lanes: Lane[]; count: number },
): Panel {
  const strange = Float64Array.from(values).fill(Number.NaN)
  for (const [start, end] of found)
    for (let t = countBelow(at, start); t < at.length && (at[t] as number) <= end; t++)
      strange[t] = values[t] as number
  return {
    heading: withUnit(name, unit),
    height: heightFor(count),
    x: axis,
    y: { kind: 'value', ...extentOf(values) },
    series: [
      spans('found', vermilion, lanes[0]?.spans ?? []),
      observed({ at, values, points, width: 1.2 }),
      line({ name: 'found', at, values: strange, color: vermilion, points, width: 2.5 }),
    ],
  }
}

function scoresPanel(
  scores: ArrayLike<number>,
  threshold: number | undefined,
  { at, axis, points }: Frame,
): Panel {
  return {
    heading: threshold === undefined ? 'score' : `score, threshold ${numberText(threshold)} dashed`,
    height: 110,
    x: axis,
    y: { kind: 'value', ...extentOf(scores, threshold === undefined ? [] : [threshold]) },
    series: [
      line({ name: 'score', at, values: scores, color: blue, points, width: 1.2 }),
      ...(threshold === undefined
        ? []
        : [rules({ name: 'threshold', color: vermilion, dash: [6, 4], y: [threshold] })]),
    ],
  }
}
