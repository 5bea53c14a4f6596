/** Where everything stands at a width: titles, legend and panels, computed so that nothing overlaps. */
import { estimateTextWidth } from '@attentive/core'
import type { ChartPlan, LegendEntry, Panel } from './plan.js'
import { font } from './style.js'
import { wrapText } from './texts.js'
import { widestLabel } from './ticks.js'

export interface Layout {
  width: number
  height: number
  title: PlacedText | null
  legend: { top: number; width: number } | null
  panels: PlacedPanel[]
  /** Top of the bar of colours. */
  colorBar: number | null
  /** Top of the slider to zoom with. */
  zoom: number | null
}

export interface PlacedText {
  text: string
  left: number
  top: number
}

export interface PlacedPanel {
  heading: PlacedText | null
  left: number
  right: number
  top: number
  height: number
  /** Whether the numbers of the x-axis stand under this panel, or under one below it. */
  hasXLabels: boolean
  xName: string
  /** Pixels that labels of rows may take. */
  rowLabels: number
}

const margin = 14
const titleLine = 22
const headingLine = 18
/** Text, and ECharts' gap between items, which is the same in both directions. */
const legendLine = { text: 14, gap: 8 }
const legendIcon = 28
const legendGap = 18
/** ECharts takes letters to be narrower than they are in some fonts. */
const legendSlack = 0.12

export const sizes = {
  margin,
  titleLine,
  headingLine,
  legendLine,
  legendIcon,
  legendGap,
  legendSlack,
  zoomHeight: 22,
}

/** @param zooms whether there is a slider to zoom with. */
export function layoutOf(plan: ChartPlan, width: number, zooms: boolean): Layout {
  let top = margin
  const inner = width - 2 * margin
  const titleLines = wrapText(plan.title, font.title, inner)
  const title = titleLines.length > 0 ? { text: titleLines.join('\n'), left: margin, top } : null
  top += titleLines.length * titleLine + (title ? 8 : 0)
  const legend = plan.legend.length > 0 ? { top, width: inner } : null
  top += legendRows(plan.legend, inner) * (legendLine.text + legendLine.gap) + (legend ? 2 : 0)
  const left = margin + Math.max(...plan.panels.map((panel) => leftOf(panel, width)))
  const right = margin + Math.max(...plan.panels.map((panel) => rightOf(panel)))
  const panels = plan.panels.map((panel, i): PlacedPanel => {
    const lines = wrapText(panel.heading, font.heading, inner)
    const heading = lines.length > 0 ? { text: lines.join('\n'), left: margin, top } : null
    top += lines.length * headingLine + 8
    const hasXLabels = !sharesX(panel, plan.panels[i + 1])
    const xName = hasXLabels ? (panel.x.name ?? '') : ''
    const placed = {
      heading,
      left,
      right,
      top,
      height: panel.height,
      hasXLabels,
      xName,
      rowLabels: left - margin - 8,
    }
    top += panel.height + (hasXLabels ? 24 : 6) + (xName ? 18 : 0) + 10
    return placed
  })
  const colorBar = plan.heat ? top : null
  if (colorBar !== null) top += 34
  const zoom = zooms ? top : null
  if (zoom !== null) top += sizes.zoomHeight + 8
  return { width, height: Math.ceil(top + margin / 2), title, legend, panels, colorBar, zoom }
}

/** Lines of one time, or columns of one list, have their labels under the last of them. */
function sharesX(panel: Panel, next: Panel | undefined): boolean {
  return next?.x.zoom === true && panel.x.zoom === true
}

function legendRows(entries: readonly LegendEntry[], width: number): number {
  let [rows, x] = [entries.length > 0 ? 1 : 0, 0]
  for (const { name } of entries) {
    const item = legendIcon + 5 + estimateTextWidth(name, font.label) * (1 + legendSlack)
    if (x > 0 && x + item > width) {
      rows++
      x = 0
    }
    x += item + legendGap
  }
  return rows
}

function leftOf({ y }: Panel, width: number): number {
  if (y.kind === 'value') return widestLabel(y.min, y.max, font.label) + 12
  const widest = Math.max(...y.labels.map((label) => estimateTextWidth(label, font.label)))
  return Math.min(widest, width * 0.36) + 12
}

function rightOf({ y }: Panel): number {
  if (y.kind === 'value' || !y.right) return 8
  return Math.max(...y.right.map((label) => estimateTextWidth(label, font.label))) + 10
}
