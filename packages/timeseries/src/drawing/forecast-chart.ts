/** A forecast after its history, with intervals and what came. */
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireLength, requireSome } from './checks.js'
import { type Interval, intervalBands, intervalLegend, requireIntervals } from './intervals.js'
import { line, observed, rules } from './marks.js'
import type { Panel, PlannedSeries } from './plan.js'
import { blue, faint, pastLine } from './style.js'
import { cleanText, withUnit } from './texts.js'
import { extentOf } from './ticks.js'
import { channelList, heightFor, sharedAxis } from './time-panels.js'
import { type Places, placesOf, type Time } from './times.js'

/** Values at times. NaN leaves a gap. */
export interface TimedValues {
  times: readonly Time[]
  values: ArrayLike<number>
}

/** One channel: a panel of its own. */
export interface ForecastPanel {
  /** Name of the channel. Default none. */
  name?: string
  /** Of the values: `MW`. Default none. */
  unit?: string
  /** What the model has seen, or its last part. */
  history: TimedValues
  forecast: TimedValues
  /** Bounds over the times of the forecast. Default none. */
  intervals?: readonly Interval[]
  /** What came. Default none. */
  actual?: TimedValues
}

export type ForecastChartOptions = ChartOptions & (ForecastPanel | { channels: readonly ForecastPanel[] })

/**
 * A forecast in blue and dashed, its intervals, its history in grey and what came in black. A dotted line stands where the
 * forecast begins.
 *
 * @throws DataError when a time is none or there is nothing to draw. @throws ShapeError when values do not fit their times.
 * @throws InvalidArgumentError when there are more than 12 channels or a level is no probability.
 *
 * @example
 * const chart = forecastChart({
 *   title: 'Load of a transformer',
 *   unit: 'MW',
 *   history: { times: ['2024-01-01', '2024-01-02'], values: [12.1, 13.4] },
 *   forecast: { times: ['2024-01-03', '2024-01-04'], values: [12.9, 12.7] },
 *   intervals: [{ level: 0.9, lower: [11.8, 11.2], upper: [14.1, 14.4] }],
 * })
 * await writeFile('forecast.png', await chart.toPng())
 */
export function forecastChart(options: ForecastChartOptions): Chart {
  const placed = channelList<ForecastPanel>(options).map(({ channel, prefix }) =>
    placeChannel(channel, prefix),
  )
  const channels = placed.map(({ channel }) => channel)
  const axis = sharedAxis(placed.flatMap(({ history, forecast, actual }) => [history, forecast, actual]))
  const legend = [
    { name: 'history' },
    ...(channels.some(({ actual }) => actual) ? [{ name: 'actual' }] : []),
    { name: 'forecast' },
    ...intervalLegend(channels.flatMap(({ intervals = [] }) => intervals)),
  ]
  const title = titleOf(options)
  return makeChart(
    options,
    (points) => ({
      title,
      description: describe(channels),
      legend,
      panels: placed.map((channel) => panelOf(channel, { axis, points, height: heightFor(placed.length) })),
    }),
    channels.length * 3,
  )
}

interface PlacedChannel {
  channel: ForecastPanel
  history: Places
  forecast: Places
  actual: Places
}

function placeChannel(channel: ForecastPanel, argument: string): PlacedChannel {
  const place = (name: 'history' | 'forecast' | 'actual') => {
    const given = channel[name]
    if (name === 'actual' && !given) return null
    requireSome(`${argument}${name}.times`, given?.times)
    requireLength(`${argument}${name}.values`, given?.values as ArrayLike<number>, given?.times.length ?? 0)
    return placesOf(`${argument}${name}.times`, given?.times ?? [])
  }
  const history = place('history') as Places
  const forecast = place('forecast') as Places
  requireIntervals(`${argument}intervals`, channel.intervals ?? [], forecast.at.length)
  return {
    channel,
    history,
    forecast,
    actual: place('actual') ?? { kind: forecast.kind, at: new Float64Array() },
  }
}

interface Frame {
  axis: Panel['x']
  points: number
  height: number
}

function panelOf(
  { channel, history, forecast, actual }: PlacedChannel,
  { axis, points, height }: Frame,
): Panel {
  const { intervals = [] } = channel
  const series: PlannedSeries[] = [
    ...intervalBands({ at: forecast.at, intervals, color: blue, points }),
    line({ name: 'history', at: history.at, values: channel.history.values, color: pastLine, points }),
  ]
  if (channel.actual)
    series.push(observed({ name: 'actual', at: actual.at, values: channel.actual.values, points }))
  series.push(
    line({
      name: 'forecast',
      at: forecast.at,
      values: channel.forecast.values,
      color: blue,
      points,
      width: 2,
      dash: [6, 3],
    }),
    rules({ name: 'start', color: faint, dash: [1, 3], width: 1, x: [forecast.at[0] as number] }),
  )
  return {
    heading: withUnit(channel.name ?? '', channel.unit),
    height,
    x: axis,
    y: {
      kind: 'value',
      ...extentOf(
        channel.history.values,
        channel.forecast.values,
        channel.actual?.values,
        ...intervals.flatMap(({ lower, upper }) => [lower, upper]),
      ),
    },
    series,
  }
}

function describe(channels: readonly ForecastPanel[]): string {
  const parts = channels.map(({ name = '', history, forecast }) => {
    const { min, max } = extentOf(forecast.values)
    return `${cleanText(name) || 'Forecast'}: ${forecast.values.length} steps from ${forecast.times[0]} after ${history.values.length} of history, between ${min} and ${max}`
  })
  return `${parts.join('; ')}.`
}
