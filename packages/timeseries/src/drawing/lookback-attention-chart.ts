/** What a forecast looked at: its look-back, and the attention to each step of it. */
import { InvalidArgumentError, ShapeError } from '@attentive/core'
import type { SeriesOption } from 'echarts'
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireAtMost, requireLength, requireSome } from './checks.js'
import { short } from './marks.js'
import type { Panel, PlannedSeries } from './plan.js'
import { observedLine } from './style.js'
import { cleanText, numberText, withUnit } from './texts.js'
import { extentOf } from './ticks.js'
import { clockText, labelStrides, placesOf, type Time } from './times.js'

export interface LookbackAttentionChartOptions extends ChartOptions {
  /** Of the look-back, `[L]`. */
  times: readonly Time[]
  /** `[L]`, what the model saw; NaN leaves a gap. */
  values: ArrayLike<number>
  /** `[Q, L]`, row by row: a row for each part of the horizon, or one for all of it. At least 0, finite. */
  weights: ArrayLike<number>
  /** Names of the parts, `[Q]`. Default: 1 … Q. */
  parts?: readonly string[]
  /** Name of the channel. Default none. */
  name?: string
  /** Of the values. Default none. */
  unit?: string
}

/** Cells that one picture has room for. */
const mostCells = 20_000

/**
 * The look-back, and under it, step by step, how much the model attended to it: a strip, or a map with a row for each
 * part of the horizon. Darker is more; lightness alone tells the weights, so it reads the same in grey.
 *
 * @throws ShapeError when weights are not rows of L. @throws InvalidArgumentError when one is negative or not finite, or there are more than 20 000.
 * @throws DataError when a time is none.
 *
 * @example
 * const { attention } = forecast
 * lookbackAttentionChart({ times, values, weights: attention.weights })
 */
export function lookbackAttentionChart(options: LookbackAttentionChartOptions): Chart {
  const { times, values, weights } = options
  requireSome('times', times)
  requireLength('values', values, times.length)
  const rows = requireWeights(weights, times.length)
  const { parts = Array.from({ length: rows }, (_, q) => String(q + 1)) } = options
  if (parts.length !== rows)
    throw new ShapeError({
      argument: 'parts',
      expected: `${rows} names, as weights has rows`,
      received: `${parts.length}`,
    })
  const { kind, at } = placesOf('times', times)
  const labels = Array.from(at, (place) => (kind === 'time' ? clockText(place) : String(place)))
  const maximum = Number((extentOf(weights).max || 1).toPrecision(3))
  const title = titleOf(options)
  const x = {
    kind: 'category' as const,
    labels,
    strides: labelStrides({ kind, at }),
    zoom: true,
    name: kind === 'step' ? 'step' : '',
  }
  return makeChart(
    options,
    () => ({
      title,
      description: describe(weights, labels, rows),
      legend: [],
      heat: { maximum, label: 'attention' },
      panels: [
        {
          heading: withUnit(options.name ?? 'look-back', options.unit),
          height: 170,
          x,
          y: { kind: 'value', ...extentOf(values) },
          series: [seriesOf(values, labels)],
        },
        attentionPanel(weights, parts, x),
      ],
    }),
    1,
  )
}

/** @returns Q */
function requireWeights(weights: ArrayLike<number>, length: number): number {
  requireSome('weights', weights)
  if (weights.length % length !== 0)
    throw new ShapeError({
      argument: 'weights',
      expected: `rows of ${length}, as the look-back has steps`,
      received: `${weights.length} numbers`,
    })
  requireAtMost(
    'weights',
    weights.length,
    mostCells,
    'Draw the mean over parts of the horizon, or the last part of the look-back.',
  )
  const bad = Array.from(weights).findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))
  if (bad >= 0)
    throw new InvalidArgumentError({
      argument: `weights[${bad}]`,
      expected: 'a finite weight of at least 0',
      received: String(weights[bad]),
    })
  return weights.length / length
}

function seriesOf(values: ArrayLike<number>, labels: readonly string[]): PlannedSeries {
  const data = labels.map((_, i) => {
    const value = values[i] as number
    return [i, Number.isFinite(value) ? short(value) : null] as unknown as number[]
  })
  const option: SeriesOption = {
    type: 'line',
    name: 'value',
    data,
    symbol: labels.length <= 60 ? 'circle' : 'none',
    symbolSize: 4,
    showAllSymbol: true,
    color: observedLine,
    lineStyle: { color: observedLine, width: 1.5 },
    itemStyle: { color: observedLine },
    emphasis: { disabled: true },
  }
  return { option, tip: { label: 'value', kind: 'value' } }
}

function attentionPanel(
  weights: ArrayLike<number>,
  parts: readonly string[],
  x: Panel['x'] & { labels: string[] },
): Panel {
  const L = x.labels.length
  const Q = parts.length
  const names = parts.map((part) => cleanText(part))
  // A series for each row, so that each has a name where somebody points at it.
  const series = names.map((name, q): PlannedSeries => {
    const data = x.labels.map((_, l) => [l, q, Number((weights[q * L + l] as number).toPrecision(4))])
    const option: SeriesOption = { type: 'heatmap', name, data, emphasis: { disabled: true }, progressive: 0 }
    return { option, tip: { label: Q === 1 ? 'attention' : name, kind: 'cell' } }
  })
  return {
    heading: Q === 1 ? 'attention' : 'attention, a row for each part of the horizon',
    height: Q === 1 ? 34 : Math.min(360, Math.max(60, Q * 22)),
    x,
    y: { kind: 'category', labels: Q === 1 ? [''] : names },
    series,
  }
}

function describe(weights: ArrayLike<number>, labels: readonly string[], rows: number): string {
  const L = labels.length
  const best = Array.from({ length: rows }, (_, q) => {
    let top = 0
    for (let l = 1; l < L; l++) if ((weights[q * L + l] as number) > (weights[q * L + top] as number)) top = l
    return `${labels[top]} (${numberText(weights[q * L + top] as number, 2)})`
  })
  return `Attention over a look-back of ${L} steps. Strongest: ${best.join('; ')}.`
}
