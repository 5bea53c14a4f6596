/** What a chart shows, before it is known how wide it is: panels one under the other. */
import type { SeriesOption } from 'echarts'
import type { Places } from './times.js'

export interface ChartPlan {
  title: string
  /** For those who cannot see the picture. */
  description: string
  panels: Panel[]
  legend: LegendEntry[]
  /** The largest weight of heat cells, when there are some. */
  heat?: { maximum: number; label: string } | undefined
}

/** A name in the legend, which is the name of one series or more. */
export interface LegendEntry {
  name: string
  /** Its sign: a line, a line with symbols, a ground, or the symbol itself. Default `line`. */
  sign?: 'line' | 'marked' | 'ground' | 'circle' | 'diamond'
}

export interface Panel {
  /** Above the panel: what its values are, with their unit. */
  heading: string
  /** Pixels. */
  height: number
  x: PanelX
  y: PanelY
  series: PlannedSeries[]
}

export type PanelX =
  | { kind: Places['kind']; name?: string; min: number; max: number; zoom?: boolean }
  /** A label may stand at every so many columns as one of `strides` says, which rise. */
  | { kind: 'category'; name?: string; labels: string[]; strides: number[]; zoom?: boolean }
  /** Of quantities that are not times. */
  | { kind: 'value'; name?: string; zoom?: false }
  /** Of whole numbers from 0. */
  | { kind: 'count'; name?: string; max: number; zoom?: false }

export type PanelY =
  | { kind: 'value'; min: number; max: number; fromZero?: boolean }
  /** From top to bottom; `right` stands at the other end of each row. */
  | { kind: 'category'; labels: string[]; right?: string[] }

export interface PlannedSeries {
  /** Without its axes: the panel has them. */
  option: SeriesOption
  tip: Tip | null
}

/** How a value is written where somebody points at it. */
export interface Tip {
  label: string
  /** `value`: y; `band`: from the series before up to this one; `cell`: a weight; `across`: x. */
  kind: 'value' | 'band' | 'cell' | 'across'
}

/** Makes the plan with lines of at most so many points. */
export type Planner = (points: number) => ChartPlan
