/** Forecasts from many origins over what was measured. */
import { DataError } from '@attentive/core'
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireLength, requireSome } from './checks.js'
import type { TimedValues } from './forecast-chart.js'
import { type Interval, intervalBands, intervalLegend, requireIntervals } from './intervals.js'
import { observed, parts, rules, short } from './marks.js'
import type { PlannedSeries } from './plan.js'
import { blue, faint, vermilion } from './style.js'
import { withUnit } from './texts.js'
import { GAP, thinMinMax } from './thin.js'
import { extentOf } from './ticks.js'
import { sharedAxis } from './time-panels.js'
import { type Places, placesOf } from './times.js'

/** One origin: what was forecast from it. */
export interface ChartFold {
  /** Row of the series that the forecast begins at. */
  start: number
  /** `[H]` */
  forecast: ArrayLike<number>
  /** Default none. */
  intervals?: readonly Interval[]
}

export interface BacktestChartOptions extends ChartOptions {
  /** What was measured; NaN leaves a gap. */
  series: TimedValues & { name?: string; unit?: string }
  folds: readonly ChartFold[]
}

/** Forecasts of more folds than this have no line where each begins. */
const mostStarts = 24
const names = ['forecast', 'next forecast'] as const
const looks = [
  { color: blue, dash: [6, 3] },
  { color: vermilion, dash: [2, 2] },
] as const

/**
 * Forecasts from many origins, by turns blue and vermilion, over the measured series.
 *
 * @throws DataError when a fold is not within the series. @throws ShapeError when values do not fit their times.
 *
 * @example
 * backtestChart({ series: { times, values }, folds: [{ start: 96, forecast: first }, { start: 120, forecast: second }] })
 */
export function backtestChart(options: BacktestChartOptions): Chart {
  const { series, folds } = options
  requireSome('series.times', series?.times)
  requireLength('series.values', series.values, series.times.length)
  requireSome('folds', folds)
  for (const [i, fold] of folds.entries()) requireFold(fold, i, series.times.length)
  const places = placesOf('series.times', series.times)
  const title = titleOf(options)
  return makeChart(
    options,
    (points) => ({
      title,
      description: `${folds.length} forecasts, from ${series.times[(folds[0] as ChartFold).start]} on, over ${series.times.length} measured steps.`,
      legend: [
        ...['observed', ...names.slice(0, folds.length)].map((name) => ({ name })),
        ...intervalLegend(folds.flatMap(({ intervals = [] }) => intervals)),
      ],
      panels: [
        {
          heading: withUnit(series.name ?? '', series.unit),
          height: 280,
          x: sharedAxis([places]),
          y: {
            kind: 'value',
            ...extentOf(
              series.values,
              ...folds.flatMap(({ forecast, intervals = [] }) => [
                forecast,
                ...intervals.flatMap(({ lower, upper }) => [lower, upper]),
              ]),
            ),
          },
          series: [
            ...bandsOf(folds, places, points),
            observed({ at: places.at, values: series.values, points }),
            ...names.flatMap((_, turn) => forecastsOf(folds, turn, places, points)),
            ...startsOf(folds, places),
          ],
        },
      ],
    }),
    2,
  )
}

function requireFold({ start, forecast, intervals = [] }: ChartFold, i: number, length: number): void {
  requireSome(`folds[${i}].forecast`, forecast)
  requireIntervals(`folds[${i}].intervals`, intervals, forecast.length)
  if (!(Number.isInteger(start) && start >= 0 && start + forecast.length <= length))
    throw new DataError({
      argument: `folds[${i}].start`,
      expected: `a row from which ${forecast.length} steps lie within the ${length} of the series`,
      received: String(start),
    })
}

/** Every second fold as one line with gaps, so that many folds stay two series. */
function forecastsOf(
  folds: readonly ChartFold[],
  turn: number,
  { at }: Places,
  points: number,
): PlannedSeries[] {
  const mine = folds.filter((_, i) => i % 2 === turn)
  if (mine.length === 0) return []
  const most = Math.max(4, Math.floor(points / mine.length))
  const data = mine.flatMap(({ start, forecast }) => [
    ...thinMinMax(forecast, most).map((row): (number | null)[] =>
      row === GAP ? [null, null] : [at[start + row] as number, short(forecast[row] as number)],
    ),
    [null, null],
  ])
  const name = names[turn] as string
  const drawn = parts({
    name,
    data: data as number[][],
    ...(looks[turn] as (typeof looks)[number]),
    width: 2,
  })
  return [{ ...drawn, tip: { label: name, kind: 'value' } }]
}

function bandsOf(folds: readonly ChartFold[], { at }: Places, points: number): PlannedSeries[] {
  const most = Math.max(8, Math.floor(points / folds.length))
  return folds.flatMap(({ start, forecast, intervals = [] }, i) =>
    intervalBands({
      at: at.subarray(start, start + forecast.length),
      intervals,
      color: looks[i % 2]?.color ?? blue,
      points: most,
      key: `${i} `,
    }),
  )
}

function startsOf(folds: readonly ChartFold[], { at }: Places): PlannedSeries[] {
  if (folds.length > mostStarts) return []
  const x = folds.map(({ start }) => at[start] as number)
  return [rules({ name: 'start', color: faint, dash: [1, 3], width: 1, x })]
}
