/** A series and where it changes. */
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireSome } from './checks.js'
import { type ChannelOptions, channelsOf, laneColors, spansOf } from './event-chart.js'
import { observed, rules } from './marks.js'
import { withUnit } from './texts.js'
import { extentOf } from './ticks.js'
import { heightFor, sharedAxis } from './time-panels.js'
import { placesOf, type Time } from './times.js'

export type ChangePointsChartOptions = ChartOptions &
  ChannelOptions & {
    times: readonly Time[]
    /** Where changes were found: the first time of what is new. */
    points: readonly Time[]
    /** Where they are, if that is known. */
    truth?: readonly Time[]
  }

/**
 * The series, a panel for each channel, with a dashed line at each change that was found and a dotted one at each true one.
 *
 * @throws DataError when a time is none. @throws ShapeError when values do not fit their times.
 * @throws InvalidArgumentError when there are more than 12 channels.
 *
 * @example
 * changePointsChart({ times, values, points: ['2020-03-16'] })
 */
export function changePointsChart(options: ChangePointsChartOptions): Chart {
  const { times, points: found, truth } = options
  requireSome('times', times)
  const channels = channelsOf(options, times.length)
  const places = placesOf('times', times)
  const axis = sharedAxis([places])
  const at = (argument: string, list: readonly Time[]) =>
    spansOf(
      argument,
      list.map((time) => ({ start: time, end: time })),
      places.kind,
    ).map(([start]) => start)
  const changes = at('points', found)
  const real = truth && at('truth', truth)
  const title = titleOf(options)
  return makeChart(
    options,
    (points) => ({
      title,
      description: `${found.length} changes found in ${times.length} steps: ${found.slice(0, 20).join(', ')}${truth ? `; true ones: ${truth.slice(0, 20).join(', ')}` : ''}.`,
      legend: ['observed', 'found change', ...(real ? ['true change'] : [])].map((name) => ({ name })),
      panels: channels.map(({ name = '', unit, values }) => ({
        heading: withUnit(name, unit),
        height: heightFor(channels.length),
        x: axis,
        y: { kind: 'value' as const, ...extentOf(values) },
        series: [
          ...(real
            ? [rules({ name: 'true change', color: laneColors.truth, dash: [2, 3], width: 3, x: real })]
            : []),
          observed({ at: places.at, values, points, width: 1.2 }),
          rules({ name: 'found change', color: laneColors.found, dash: [7, 4], width: 2, x: changes }),
        ],
      })),
    }),
    channels.length,
  )
}
