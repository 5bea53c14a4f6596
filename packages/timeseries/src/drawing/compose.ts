/** A plan and its layout as options of ECharts: all is plain data, so that a page can hold it. */

import { estimateTextWidth, weightColors } from '@attentive/core'
import type { EChartsOption } from 'echarts'
import { type Layout, layoutOf, sizes } from './layout.js'
import type { ChartPlan, LegendEntry, Panel, PlannedSeries, Tip } from './plan.js'
import { axisLine, faint, font, gridLine, ground, ink } from './style.js'
import { cutText } from './texts.js'

/** What does not depend on the width. */
export interface Content {
  option: EChartsOption
  /** For each series of ECharts what is said of its points, and where; null for what says nothing. */
  tips: ((Tip & { panel: number }) | null)[]
  /** For each panel, what stands above its values, how its x is written, and the names of its rows if it has some. */
  panels: { heading: string; x: Panel['x']['kind']; name: string; rows: string[] }[]
}

export function contentOf(plan: ChartPlan): Content {
  const series = plan.panels.flatMap((panel, i) =>
    panel.series.map((series) => ({ ...onPanel(series, i), xAxisIndex: i, yAxisIndex: yAxisOf(plan, i) })),
  )
  return {
    option: {
      animation: false,
      useUTC: true,
      backgroundColor: ground,
      textStyle: { fontFamily: font.family, fontSize: font.label, color: ink },
      series: series as NonNullable<EChartsOption['series']>,
    },
    tips: plan.panels.flatMap(({ series }, panel) =>
      series.map(({ tip }) => (tip ? { ...tip, panel } : null)),
    ),
    panels: plan.panels.map(({ heading, x, y }) => ({
      heading: plan.panels.length > 1 ? heading : '',
      x: x.kind,
      name: x.name ?? '',
      rows: y.kind === 'category' ? y.labels : [],
    })),
  }
}

/** Bands of one panel are not stacked on those of another. */
function onPanel({ option }: PlannedSeries, panel: number): PlannedSeries['option'] {
  return 'stack' in option && option.stack ? { ...option, stack: `${panel} ${option.stack}` } : option
}

/** Rows with labels at both ends have a second axis for those. */
function yAxisOf(plan: ChartPlan, panel: number): number {
  return plan.panels.slice(0, panel).reduce((sum, { y }) => sum + axisCount(y), 0)
}

function axisCount(y: Panel['y']): number {
  return y.kind === 'category' && y.right ? 2 : 1
}

export interface Placement {
  width: number
  height: number
  option: EChartsOption
}

/** @param zooms whether there is a slider to zoom with. */
export function placementOf(plan: ChartPlan, width: number, zooms: boolean): Placement {
  const layout = layoutOf(plan, width, zooms)
  const option: EChartsOption = {
    title: titlesOf(layout),
    legend: legendOf(plan, layout),
    grid: layout.panels.map(({ left, right, top, height }) => ({
      left,
      right,
      top,
      height,
      outerBoundsMode: 'none' as const,
    })),
    xAxis: plan.panels.map((panel, i) => xAxisOf(panel, layout, i)),
    yAxis: plan.panels.flatMap((panel, i) => yAxesOf(panel, layout, i)),
  }
  if (plan.heat) option.visualMap = colorBarOf(plan, layout)
  if (layout.zoom !== null) option.dataZoom = zoomOf(plan, layout, layout.zoom)
  return { width, height: layout.height, option }
}

function titlesOf({ title, panels }: Layout): NonNullable<EChartsOption['title']> {
  const style = (size: number, lineHeight: number, color: string) => ({
    fontSize: size,
    lineHeight,
    color,
    fontWeight: 'normal' as const,
    fontFamily: font.family,
  })
  const headings = panels.flatMap(({ heading }) =>
    heading ? [{ ...heading, padding: 0, textStyle: style(font.heading, sizes.headingLine, faint) }] : [],
  )
  return title
    ? [{ ...title, padding: 0, textStyle: style(font.title, sizes.titleLine, ink) }, ...headings]
    : headings
}

function legendOf({ legend }: ChartPlan, layout: Layout): NonNullable<EChartsOption['legend']> {
  if (!layout.legend) return { show: false }
  return {
    data: legend.map(legendItem),
    left: sizes.margin,
    top: layout.legend.top,
    width: layout.legend.width,
    padding: 0,
    itemWidth: sizes.legendIcon,
    itemHeight: 10,
    itemGap: sizes.legendLine.gap,
    textStyle: {
      color: ink,
      fontSize: font.label,
      lineHeight: sizes.legendLine.text,
      fontFamily: font.family,
    },
    inactiveColor: axisLine,
  }
}

/** ECharts would stretch its own to the width of a line. */
const DIAMOND = 'path://M5 0L10 5L5 10L0 5Z'

function legendItem({ name, sign = 'line' }: LegendEntry): object {
  const slack = Math.ceil(estimateTextWidth(name, font.label) * sizes.legendSlack)
  const padding = [0, slack + sizes.legendGap - sizes.legendLine.gap, 0, 0]
  const icon = { ground: 'roundRect', circle: 'circle', diamond: DIAMOND, line: '', marked: '' }[sign]
  return {
    name,
    textStyle: { padding },
    ...(icon ? { icon } : {}),
    // The symbol that ECharts puts on every line.
    ...(sign === 'line' ? { itemStyle: { opacity: 0 } } : {}),
  }
}

type XAxis = Exclude<NonNullable<EChartsOption['xAxis']>, unknown[]>
type YAxis = Exclude<NonNullable<EChartsOption['yAxis']>, unknown[]>

const labelStyle = { color: faint, fontSize: font.label, fontFamily: font.family }

function xAxisOf({ x }: Panel, { panels, width }: Layout, i: number): XAxis {
  const placed = panels[i] as Layout['panels'][number]
  const splitNumber = Math.max(2, Math.floor((width - placed.left - placed.right) / 90))
  const common = {
    gridIndex: i,
    name: placed.xName,
    nameLocation: 'middle' as const,
    nameGap: 27,
    nameTextStyle: { ...labelStyle },
    axisLine: { show: true, onZero: false, lineStyle: { color: axisLine } },
    axisTick: { show: placed.hasXLabels, lineStyle: { color: axisLine } },
    splitLine: { show: false },
  }
  const axisLabel = { ...labelStyle, show: placed.hasXLabels, hideOverlap: true }
  if (x.kind === 'category') {
    const interval = strideOf(x, width - placed.left - placed.right) - 1
    const edges = isLong(x.labels) ? { alignMinLabel: 'left' as const, alignMaxLabel: 'right' as const } : {}
    const axisTick = { ...common.axisTick, alignWithLabel: true, interval }
    return {
      ...common,
      type: 'category',
      data: x.labels,
      axisTick,
      axisLabel: { ...axisLabel, ...edges, interval },
    }
  }
  if (x.kind === 'time')
    return {
      ...common,
      type: 'time',
      ...wide(x),
      splitNumber,
      axisLabel: { ...axisLabel, formatter: timeLabels },
    }
  if (x.kind === 'step')
    return {
      ...common,
      type: 'value',
      ...wide(x),
      minInterval: 1,
      splitNumber,
      axisLabel: { ...axisLabel, showMinLabel: true, showMaxLabel: true },
    }
  const few = { ...common, type: 'value' as const, splitNumber: Math.min(splitNumber, 6), axisLabel }
  if (x.kind === 'count')
    return { ...few, min: 0, max: x.max, minInterval: 1, axisLabel: { ...axisLabel, showMaxLabel: false } }
  return {
    ...few,
    scale: true,
    boundaryGap: ['4%', '4%'],
    splitLine: { show: true, lineStyle: { color: gridLine } },
  }
}

/** Whether labels centred at the ends would leave the picture. */
function isLong(labels: readonly string[]): boolean {
  return labels.some((label) => estimateTextWidth(label, font.label) > 40)
}

/** How many columns a label stands for, so that labels have room. */
function strideOf({ labels, strides }: Extract<Panel['x'], { kind: 'category' }>, room: number): number {
  const widest = Math.max(...labels.map((label) => estimateTextWidth(label, font.label))) + 14
  const fits = (stride: number) => (stride * room) / labels.length >= widest
  return strides.find(fits) ?? labels.length
}

/** An axis needs some length, also for a single time. */
function wide({ min, max }: { min: number; max: number }): { min: number; max: number } {
  return min < max ? { min, max } : { min: min - 1, max: max + 1 }
}

/** Each mark says what begins there; the line under the axis says of which year. */
const timeLabels = {
  year: '{yyyy}',
  // Among months, and among days.
  month: ['{MMM}', '1 {MMM}'],
  day: '{d} {MMM}',
  hour: '{HH}:{mm}',
  minute: '{HH}:{mm}',
  second: '{HH}:{mm}:{ss}',
  millisecond: '{HH}:{mm}:{ss}',
}

function yAxesOf({ y, height }: Panel, { panels }: Layout, i: number): YAxis[] {
  const placed = panels[i] as Layout['panels'][number]
  if (y.kind === 'value')
    return [
      {
        gridIndex: i,
        type: 'value',
        scale: !y.fromZero,
        splitNumber: Math.max(2, Math.round(height / 45)),
        axisLabel: { ...labelStyle, hideOverlap: true },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: gridLine } },
      },
    ]
  const rows = (labels: string[], position: 'left' | 'right', width: number): YAxis => ({
    gridIndex: i,
    type: 'category',
    inverse: true,
    position,
    data: labels.map((label) => cutText(label, font.label, width)),
    axisLabel: {
      ...labelStyle,
      color: position === 'left' ? ink : faint,
      interval: labels.length * 16 > height ? 'auto' : 0,
    },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
  })
  const left = rows(y.labels, 'left', placed.rowLabels)
  return y.right ? [left, rows(y.right, 'right', placed.right)] : [left]
}

function colorBarOf({ heat, panels }: ChartPlan, layout: Layout): NonNullable<EChartsOption['visualMap']> {
  const series = panels.flatMap(({ series }) => series)
  const seriesIndex = series.flatMap(({ option }, i) => (option.type === 'heatmap' ? [i] : []))
  return {
    type: 'continuous',
    seriesIndex,
    min: 0,
    max: heat?.maximum ?? 1,
    orient: 'horizontal',
    left: layout.panels[0]?.left ?? sizes.margin,
    top: layout.colorBar ?? 0,
    itemWidth: 12,
    itemHeight: Math.min(200, layout.width / 3),
    calculable: false,
    text: [String(heat?.maximum ?? 1), '0'],
    textStyle: { ...labelStyle },
    padding: 0,
    inRange: { color: [...weightColors] },
  }
}

function zoomOf({ panels }: ChartPlan, layout: Layout, top: number): NonNullable<EChartsOption['dataZoom']> {
  const xAxisIndex = panels.flatMap(({ x }, i) => (x.zoom ? [i] : []))
  const first = layout.panels[xAxisIndex[0] ?? 0]
  // What leaves the picture still shapes the lines at its edges.
  const filterMode = 'none' as const
  return [
    // The wheel and a finger that moves up scroll the page; Ctrl with the wheel, or two fingers, zoom.
    { type: 'inside', xAxisIndex, filterMode, zoomOnMouseWheel: 'ctrl', preventDefaultMouseMove: false },
    {
      type: 'slider',
      xAxisIndex,
      filterMode,
      top,
      height: sizes.zoomHeight,
      left: first?.left ?? 0,
      right: first?.right ?? 0,
      showDetail: false,
      showDataShadow: false,
      brushSelect: false,
      borderColor: axisLine,
      fillerColor: 'rgba(86, 180, 233, 0.25)',
    },
  ]
}
