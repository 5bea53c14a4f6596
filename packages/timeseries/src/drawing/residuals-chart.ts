/** Residuals: their course, their distribution, and what they still hold of themselves. */
import { DataError, InvalidArgumentError } from '@attentive/core'
import { autocorrelations } from '../statistics/autocorrelation.js'
import { mean as meanOf } from '../statistics/mean.js'
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireLength, requireSome } from './checks.js'
import { histogramOf } from './histogram.js'
import { bars, line, rules, short, stairs } from './marks.js'
import type { Panel } from './plan.js'
import { blue, faint, vermilion } from './style.js'
import { numberText, withUnit } from './texts.js'
import { extentOf } from './ticks.js'
import { sharedAxis } from './time-panels.js'
import { placesOf, type Time } from './times.js'

export interface ResidualsChartOptions extends ChartOptions {
  times: readonly Time[]
  /** `[T]`, what came less what was forecast; NaN where there is none. */
  residuals: ArrayLike<number>
  /** Of the residuals. Default none. */
  unit?: string
  /** Lags of the autocorrelation. Default 40, or a quarter of the residuals if they are fewer. */
  lags?: number
}

/**
 * Residuals over time, their histogram, and their autocorrelation with the bounds ±1.96 / √n that 95 of 100 lags of
 * white noise stay within: what is outside is structure that the model has missed.
 *
 * @throws DataError when fewer than 8 residuals are finite. @throws ShapeError when residuals do not fit their times.
 * @throws InvalidArgumentError when lags is not a whole number from 1 below the number of residuals.
 *
 * @example
 * residualsChart({ times, residuals: actual.map((value, t) => value - forecast[t]), unit: 'MW' })
 */
export function residualsChart(options: ResidualsChartOptions): Chart {
  const { times, residuals, unit } = options
  requireSome('times', times)
  requireLength('residuals', residuals, times.length)
  const finite = Float64Array.from(residuals).filter(Number.isFinite)
  if (finite.length < 8)
    throw new DataError({
      argument: 'residuals',
      expected: 'at least 8 finite ones',
      received: String(finite.length),
    })
  const { lags = Math.min(40, Math.floor(finite.length / 4)) } = options
  if (!(Number.isInteger(lags) && lags >= 1 && lags < times.length))
    throw new InvalidArgumentError({
      argument: 'lags',
      expected: `a whole number from 1, below ${times.length}`,
      received: String(lags),
    })
  const places = placesOf('times', times)
  const correlations = autocorrelations(residuals, lags)
  const bound = 1.96 / Math.sqrt(finite.length)
  const outside = correlations.filter((value) => Math.abs(value) > bound).length
  const mean = meanOf(finite)
  const title = titleOf(options)
  return makeChart(
    options,
    (points) => ({
      title,
      description: `${finite.length} residuals with mean ${numberText(mean)}; ${outside} of ${lags} autocorrelations are outside the 95 % bounds of ±${numberText(bound, 2)}.`,
      legend: [],
      panels: [
        {
          heading: withUnit('residual', unit),
          height: 170,
          x: sharedAxis([places]),
          y: { kind: 'value', ...extentOf(finite) },
          series: [
            line({ name: 'residual', at: places.at, values: residuals, color: blue, points, width: 1 }),
            rules({ name: 'zero', color: faint, dash: 'solid', width: 1, y: [0] }),
          ],
        },
        histogramPanel(finite, unit),
        correlationPanel(correlations, bound, lags),
      ],
    }),
    1,
  )
}

function histogramPanel(finite: Float64Array, unit: string | undefined): Panel {
  const { start, width, counts } = histogramOf(finite)
  const edges = [...counts, counts.at(-1) as number].map((count, i): [number, number] => [
    short(start + i * width),
    count,
  ])
  return {
    heading: `how many residuals, mean ${numberText(finite.reduce((sum, x) => sum + x, 0) / finite.length, 3)}`,
    height: 130,
    x: { kind: 'value', name: withUnit('residual', unit) },
    y: { kind: 'value', min: 0, max: Math.max(...counts), fromZero: true },
    series: [
      stairs('residuals', blue, edges),
      rules({ name: 'zero', color: faint, dash: 'solid', width: 1, x: [0] }),
    ],
  }
}

function correlationPanel(correlations: readonly number[], bound: number, lags: number): Panel {
  const data = correlations.map((value, i): [number, number] => [i + 1, Number(value.toPrecision(5))])
  return {
    heading: 'autocorrelation, 95 % bounds dashed',
    height: 130,
    x: { kind: 'count', name: 'lag in steps', max: lags + 1 },
    y: { kind: 'value', ...extentOf(correlations, [-bound, bound, 0]) },
    series: [
      bars('autocorrelation', blue, data, Math.min(6, Math.max(1, Math.floor(160 / lags)))),
      rules({ name: 'zero', color: faint, dash: 'solid', width: 1, y: [0] }),
      rules({ name: '95 % bounds', color: vermilion, dash: [6, 4], y: [-bound, bound] }),
    ],
  }
}
