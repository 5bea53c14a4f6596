/** Models and baselines by their scores. */
import { DataError } from '@attentive/core'
import type { SeriesOption } from 'echarts'
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireAtMost, requireSome } from './checks.js'
import { parts } from './marks.js'
import type { LegendEntry, Panel, PlannedSeries } from './plan.js'
import { blue, pastLine } from './style.js'
import { cleanText, legendNames, withUnit } from './texts.js'

/** A number, or its mean and standard deviation over runs. */
export type Score = number | { mean: number; deviation?: number }

export interface ComparisonRow {
  name: string
  /** By metric; a model need not have all. */
  scores: Readonly<Record<string, Score>>
  /** Drawn as a grey diamond. Default false. */
  baseline?: boolean
}

export interface ComparisonMetric {
  name: string
  /** Default none. */
  unit?: string
  /** Default `lower`. */
  better?: 'lower' | 'higher'
}

export interface ComparisonChartOptions extends ChartOptions {
  rows: readonly ComparisonRow[]
  /** A panel each. Default: all that rows have, lower being better. */
  metrics?: readonly ComparisonMetric[]
}

const mostRows = 60

/**
 * A table of models as a picture: for each metric a panel, a row for each model, a dot at its score, a line of one
 * standard deviation to both sides, and the numbers beside it; the best is marked with a star.
 *
 * @throws DataError when there is nothing to draw, or no row has a metric. @throws InvalidArgumentError when two rows have one name or there are more than 60.
 *
 * @example
 * comparisonChart({
 *   rows: [
 *     { name: 'SegRNN', scores: { MSE: { mean: 0.361, deviation: 0.001 } } },
 *     { name: 'seasonal naive', scores: { MSE: 0.512 }, baseline: true },
 *   ],
 * })
 */
export function comparisonChart(options: ComparisonChartOptions): Chart {
  const { rows } = options
  requireSome('rows', rows)
  requireAtMost('rows', rows.length, mostRows, 'Compare the best ones.')
  const names = legendNames(
    'rows',
    rows.map(({ name }) => name),
  )
  const all = [...new Set(rows.flatMap(({ scores }) => Object.keys(scores)))]
  const { metrics = all.map((name): ComparisonMetric => ({ name })) } = options
  requireSome('metrics', metrics)
  const panels = metrics.map((metric) => panelOf(metric, rows, names))
  const legend: LegendEntry[] = [
    { name: 'model', sign: 'circle' },
    { name: 'baseline', sign: 'diamond' },
  ]
  const hasBoth = new Set(rows.map(({ baseline }) => Boolean(baseline))).size > 1
  const title = titleOf(options)
  const description = metrics.map((metric) => describe(metric, rows, names)).join(' ')
  return makeChart(options, () => ({ title, description, legend: hasBoth ? legend : [], panels }), 1)
}

interface Scored {
  mean: number
  deviation: number
}

function scoreOf(row: ComparisonRow, metric: string): Scored | null {
  const score = Object.hasOwn(row.scores, metric) ? row.scores[metric] : undefined
  if (score === undefined) return null
  const { mean, deviation = 0 } = typeof score === 'number' ? { mean: score } : score
  return Number.isFinite(mean) ? { mean, deviation: Number.isFinite(deviation) ? deviation : 0 } : null
}

/** Rows that have the metric. @throws DataError when none has. */
function scoresOf({ name }: ComparisonMetric, rows: readonly ComparisonRow[]): (Scored | null)[] {
  const scores = rows.map((row) => scoreOf(row, name))
  if (scores.some(Boolean)) return scores
  throw new DataError({
    argument: 'rows',
    expected: `a finite score ${JSON.stringify(name)}`,
    received: 'none',
  })
}

function bestOf({ better = 'lower' }: ComparisonMetric, scores: readonly (Scored | null)[]): number {
  const sign = better === 'lower' ? 1 : -1
  const keys = scores.map((score) => (score ? sign * score.mean : Number.POSITIVE_INFINITY))
  return keys.indexOf(Math.min(...keys))
}

function panelOf(metric: ComparisonMetric, rows: readonly ComparisonRow[], names: string[]): Panel {
  const scores = scoresOf(metric, rows)
  const best = bestOf(metric, scores)
  const decimals = decimalsFor(scores)
  const right = scores.map((score, i) =>
    score ? scoreText(score, decimals) + (i === best && rows.length > 1 ? ' ★' : '') : '–',
  )
  return {
    heading: `${withUnit(metric.name, metric.unit)}, ${metric.better ?? 'lower'} is better`,
    height: Math.max(60, rows.length * 24),
    x: { kind: 'value' },
    y: { kind: 'category', labels: names, right },
    series: [false, true].flatMap((baseline) => marksOf(baseline, { rows, names, scores })),
  }
}

interface Marked {
  rows: readonly ComparisonRow[]
  names: readonly string[]
  scores: readonly (Scored | null)[]
}

/** Dots and deviations of the models, or of the baselines. */
function marksOf(baseline: boolean, { rows, scores }: Marked): PlannedSeries[] {
  const color = baseline ? pastLine : blue
  const name = baseline ? 'baseline' : 'model'
  const mine = scores.flatMap((score, i) =>
    score && Boolean(rows[i]?.baseline) === baseline ? [{ ...score, row: i }] : [],
  )
  if (mine.length === 0) return []
  const spread = mine.flatMap(({ mean, deviation, row }) =>
    deviation > 0
      ? [
          [mean - deviation, row],
          [mean + deviation, row],
          [null, null],
        ]
      : [],
  )
  const dots: SeriesOption = {
    type: 'scatter',
    name,
    data: mine.map(({ mean, row }) => [mean, row]),
    symbol: baseline ? 'diamond' : 'circle',
    symbolSize: baseline ? 13 : 11,
    color,
    itemStyle: { color, opacity: 1 },
    emphasis: { disabled: true },
    z: 4,
  }
  return [
    parts({ name, data: spread as number[][], color, width: 3 }),
    { option: dots, tip: { label: name, kind: 'across' } },
  ]
}

/** As many decimals as tell the scores apart: four figures of the smallest that is not 0. */
function decimalsFor(scores: readonly (Scored | null)[]): number {
  const sizes = scores.flatMap((score) => (score && score.mean !== 0 ? [Math.abs(score.mean)] : []))
  const smallest = Math.min(...sizes, Number.MAX_VALUE)
  return sizes.length === 0 ? 0 : Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(smallest))))
}

function scoreText({ mean, deviation }: Scored, decimals: number): string {
  return deviation > 0 ? `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}` : mean.toFixed(decimals)
}

function describe(
  metric: ComparisonMetric,
  rows: readonly ComparisonRow[],
  names: readonly string[],
): string {
  const scores = scoresOf(metric, rows)
  const decimals = decimalsFor(scores)
  const texts = scores.flatMap((score, i) => (score ? [`${names[i]} ${scoreText(score, decimals)}`] : []))
  return `${cleanText(metric.name)}: ${texts.join(', ')}; best: ${names[bestOf(metric, scores)]}.`
}
