/** Pictures of change points, whatever found them. */
import { type Chart, type ChartOptions, changePointsChart } from '../drawing/index.js'
import type { TimeSeries } from '../series/index.js'

/** `truth`: rows of the true changes, where they are known. */
export type DrawChangesOptions = ChartOptions & { truth?: readonly number[] }

export function drawChanges(
  series: TimeSeries,
  points: readonly { time: string | number }[],
  { truth, ...options }: DrawChangesOptions,
): Chart {
  return changePointsChart({
    ...options,
    times: series.index.times(),
    channels: series.channels.slice(0, 12).map((name) => ({ name, values: series.channel(name) })),
    points: points.map(({ time }) => time),
    ...(truth ? { truth: truth.map((row) => series.index.at(row)) } : {}),
  })
}
