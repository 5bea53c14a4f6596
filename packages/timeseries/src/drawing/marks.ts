/** Lines, bands, bars and marks as ECharts takes them. */
import type { SeriesOption } from 'echarts'
import type { PlannedSeries } from './plan.js'
import { type Dash, faint, observedLine } from './style.js'
import { GAP, thinBand, thinMinMax } from './thin.js'

type LineOption = Extract<SeriesOption, { type?: 'line' }>
type LineItem = NonNullable<LineOption['data']>[number]

/** Seven figures are more than a picture shows, and keep files small. */
export function short(value: number): number {
  return Number(value.toPrecision(7))
}

export interface LineOptions {
  name: string
  at: ArrayLike<number>
  values: ArrayLike<number>
  color: string
  /** Points that there may be. */
  points: number
  width?: number
  dash?: Dash
  /** At every point. Default none; a point without neighbours has a dot in any case. */
  symbol?: string
  /** Default the name. */
  tip?: string
}

export function line(options: LineOptions): PlannedSeries {
  const { name, at, values, color, points, width = 1.5, dash = 'solid', symbol, tip = name } = options
  const rows = thinMinMax(values, points)
  const data = rows.map((row, i): LineItem => {
    if (row === GAP) return [null as unknown as number, null as unknown as number]
    const value = [at[row] as number, short(values[row] as number)]
    const isAlone = (rows[i - 1] ?? GAP) === GAP && (rows[i + 1] ?? GAP) === GAP
    return isAlone && !symbol ? { value, symbol: 'circle', symbolSize: 5 } : value
  })
  return {
    option: lineOption({ name, data, color, width, dash, symbol }),
    tip: { label: tip, kind: 'value' },
  }
}

function lineOption({ name, data, color, width, dash, symbol }: LineLookOptions): LineOption {
  return {
    type: 'line',
    name,
    data,
    symbol: symbol ?? 'none',
    symbolSize: 6,
    showAllSymbol: true,
    connectNulls: false,
    color,
    lineStyle: { color, width, type: dash as 'solid', join: 'round' },
    itemStyle: { color },
    emphasis: { disabled: true },
    z: 3,
  }
}

interface LineLookOptions {
  name: string
  data: LineItem[]
  color: string
  width: number
  dash: Dash
  symbol: string | undefined
}

/** A line of parts that are given as they are drawn, `null` between them; nothing is left out. */
export function parts(options: Omit<LineOptions, 'at' | 'values' | 'points'> & PartsData): PlannedSeries {
  const { name, data, color, width = 1.5, dash = 'solid', symbol } = options
  return { option: lineOption({ name, data, color, width, dash, symbol }), tip: null }
}

interface PartsData {
  data: LineItem[]
}

export interface BandOptions {
  name: string
  at: ArrayLike<number>
  lower: ArrayLike<number>
  upper: ArrayLike<number>
  color: string
  /** 0 … 1 */
  opacity: number
  points: number
  /** Bands of one panel need different ones. */
  key: string
  tip?: string
}

/** The ground between two lines: ECharts stacks the second one on the first. */
export function band(options: BandOptions): PlannedSeries[] {
  const { name, at, lower, upper, color, opacity, points, key, tip = name } = options
  const rows = thinBand(lower, upper, Math.max(2, Math.floor(points / 2)))
  const edge = (values: (number | null)[]): LineOption => ({
    type: 'line',
    name,
    data: values.map((value, i) => [at[rows[i]?.row as number] as number, value as number]),
    stack: key,
    stackStrategy: 'all',
    symbol: 'none',
    color,
    lineStyle: { width: 0, color },
    itemStyle: { color, opacity },
    emphasis: { disabled: true },
    silent: true,
    z: 1,
  })
  const finite = ({ lower, upper }: { lower: number; upper: number }) => Number.isFinite(upper - lower)
  const bottom = edge(rows.map((row) => (finite(row) ? short(row.lower) : null)))
  const height = edge(rows.map((row) => (finite(row) ? short(row.upper - row.lower) : null)))
  return [
    { option: bottom, tip: null },
    { option: { ...height, areaStyle: { color, opacity } }, tip: { label: tip, kind: 'band' } },
  ]
}

/** Lines across a panel, at places of x or at values of y. */
export interface RuleOptions {
  name: string
  color: string
  dash: Dash
  width?: number
  x?: readonly number[]
  y?: readonly number[]
  /** At the end of the line. Default none. */
  label?: string
}

export function rules(options: RuleOptions): PlannedSeries {
  const { name, color, dash, width = 1.5, x = [], y = [], label } = options
  const option: LineOption = {
    ...lineOption({ name, data: [], color, width, dash, symbol: undefined }),
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color, type: dash as 'solid', width, opacity: 1 },
      label:
        label === undefined
          ? { show: false }
          : {
              show: true,
              formatter: escapeTemplate(label),
              position: 'insideEndTop',
              color: faint,
              fontSize: 12,
            },
      data: [...x.map((xAxis) => ({ xAxis })), ...y.map((yAxis) => ({ yAxis }))],
    },
  }
  return { option, tip: null }
}

/** Formatters replace `{a}`, which a name may hold. */
function escapeTemplate(text: string): string {
  return text.replace(/\{/g, '(').replace(/\}/g, ')')
}

/** Spans of x behind the lines. */
export function spans(
  name: string,
  color: string,
  found: readonly (readonly [number, number])[],
): PlannedSeries {
  const option: LineOption = {
    ...lineOption({ name, data: [], color, width: 2.5, dash: 'solid', symbol: undefined }),
    silent: true,
    markArea: {
      silent: true,
      itemStyle: { color, opacity: 0.16 },
      data: found.map(([from, to]) => [{ xAxis: from }, { xAxis: to }]),
    },
    z: 0,
  }
  return { option, tip: null }
}

/** Bars `[x, height]` on an axis of numbers, some pixels wide. */
export function bars(name: string, color: string, data: [number, number][], barWidth: number): PlannedSeries {
  const option: SeriesOption = {
    type: 'bar',
    name,
    data,
    barWidth,
    color,
    itemStyle: { color },
    emphasis: { disabled: true },
  }
  return { option, tip: { label: name, kind: 'value' } }
}

/** Columns from edge to edge `[x, height]`; the last edge repeats the height before it. */
export function stairs(name: string, color: string, edges: [number, number][]): PlannedSeries {
  const option: LineOption = {
    ...lineOption({ name, data: edges, color, width: 1.5, dash: 'solid', symbol: undefined }),
    step: 'end',
    areaStyle: { color, opacity: 0.35 },
  }
  return { option, tip: { label: name, kind: 'value' } }
}

/** The measured values of a whole chart. */
export function observed(options: Omit<LineOptions, 'color' | 'name'> & { name?: string }): PlannedSeries {
  return line({ name: 'observed', ...options, color: observedLine })
}
