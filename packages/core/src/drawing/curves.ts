/** Curves over training: one panel for each quantity (loss, validation metric), all over the same steps or epochs. */
import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import { lineColors } from './color-scale.js'
import { type Drawing, makeDrawing } from './drawing.js'
import { element, type Picture, round } from './svg.js'
import type { Typesetter } from './typesetter.js'

export interface Curve {
  name: string
  /** Steps or epochs. */
  x: ArrayLike<number>
  /** Values; where one is NaN or infinite the line has a gap. */
  y: ArrayLike<number>
}

export interface CurvePanel {
  /** What the values are, with their unit: 'loss (nats per token)'. */
  yLabel: string
  curves: readonly Curve[]
  /** Logarithmic values. Default false. */
  logarithmic?: boolean
}

export interface CurvesOptions {
  panels: readonly CurvePanel[]
  /** Default 'step'. */
  xLabel?: string
  title?: string
}

const knownOptions = { panels: true, xLabel: true, title: true } satisfies KnownOptions<CurvesOptions>

const WIDTH = 640
const PANEL_HEIGHT = 210
const MARGIN = 20
const TITLE_SIZE = 17
const SIZE = 12
/** Lines of more points than this have no dots. */
const MOST_DOTS = 40
const FAINT = '#52606d'

/**
 * Line charts, one under the other.
 *
 * @throws InvalidArgumentError when there is nothing to draw, an option is unknown, an x is not finite, or a logarithmic value is not above 0.
 * @throws ShapeError when a curve has more or fewer x than y.
 *
 * @example
 * curves({ panels: [{ yLabel: 'loss', curves: [{ name: 'training', x: [1, 2, 3], y: [4.1, 2.7, 2.2] }] }] }).toSvg()
 */
export function curves(options: CurvesOptions): Drawing {
  requirePanels(requireKnownOptions(options, knownOptions).panels)
  return makeDrawing((typesetter) => paint(options, typesetter))
}

/** What all panels share. */
interface Frame {
  typesetter: Typesetter
  left: number
  right: number
  xDomain: [number, number]
  /** Steps and epochs are whole numbers, and so are their marks. */
  xIsCounted: boolean
}

function paint({ panels, xLabel = 'step', title = '' }: CurvesOptions, typesetter: Typesetter): Picture {
  const xs = panels.flatMap((panel) => panel.curves.flatMap((curve) => Array.from(curve.x)))
  const tickWidths = panels.flatMap((panel) => {
    const { ticks, format } = yAxis(panel)
    return ticks.map((tick) => typesetter.measure(format(tick), SIZE))
  })
  const frame: Frame = {
    typesetter,
    left: MARGIN + SIZE + 12 + Math.max(...tickWidths) + 8,
    right: WIDTH - MARGIN,
    xDomain: extent(xs),
    xIsCounted: xs.every(Number.isInteger),
  }
  const content = title
    ? [typesetter.set({ text: title, x: MARGIN, y: MARGIN + TITLE_SIZE, size: TITLE_SIZE })]
    : []
  let top = MARGIN + (title ? TITLE_SIZE + MARGIN : 0)
  for (const panel of panels) {
    const legend = drawLegend(panel, frame, top)
    content.push(...legend.content, ...drawPanel(panel, frame, legend.bottom, panel === panels.at(-1)))
    top = legend.bottom + PANEL_HEIGHT + MARGIN
  }
  top += SIZE
  content.push(
    typesetter.set({
      text: xLabel,
      x: (frame.left + frame.right) / 2,
      y: top + 8,
      size: SIZE,
      anchor: 'middle',
      color: FAINT,
    }),
  )
  return {
    width: Math.max(WIDTH, MARGIN * 2 + typesetter.measure(title, TITLE_SIZE)),
    height: top + 8 + MARGIN,
    title: title || 'Curves',
    description: describe(panels, xLabel),
    content,
  }
}

/** Names and colours of a panel's curves, in as many lines as they need. */
function drawLegend({ curves: drawn }: CurvePanel, { typesetter, left, right }: Frame, top: number) {
  const content: string[] = []
  let x = left
  let y = top + SIZE
  drawn.forEach(({ name }, i) => {
    const width = 24 + typesetter.measure(name, SIZE) + 18
    if (x > left && x + width > right) {
      x = left
      y += SIZE + 6
    }
    content.push(
      element('path', { d: `M${x} ${y - 4}h18`, stroke: colorOf(i), 'stroke-width': 2.5 }),
      typesetter.set({ text: name, x: x + 24, y, size: SIZE }),
    )
    x += width
  })
  return { content, bottom: y + 10 }
}

function drawPanel(panel: CurvePanel, frame: Frame, top: number, isLast: boolean): string[] {
  const { typesetter, left, right, xDomain } = frame
  const bottom = top + PANEL_HEIGHT
  const x = scaleLinear(xDomain, [left, right])
  const { scale, ticks, format } = yAxis(panel)
  const y = scale.range([bottom, top])
  const label = { size: SIZE, color: FAINT }
  const xCount = frame.xIsCounted ? Math.min(8, Math.max(1, xDomain[1] - xDomain[0])) : 8
  const xFormat = x.tickFormat(xCount)
  const xTicks = x.ticks(xCount).flatMap((tick) => [
    element('path', { d: `M${round(x(tick))} ${bottom}v4`, stroke: FAINT }),
    ...(isLast
      ? [
          typesetter.set({
            ...label,
            text: xFormat(tick),
            x: x(tick),
            y: bottom + 18,
            anchor: 'middle',
          }),
        ]
      : []),
  ])
  const grid = ticks.flatMap((tick) => [
    element('path', { d: `M${left} ${round(y(tick))}H${right}`, stroke: '#e4e7eb' }),
    typesetter.set({ ...label, text: format(tick), x: left - 8, y: y(tick) + SIZE * 0.35, anchor: 'end' }),
  ])
  const yLabel = { text: panel.yLabel, x: MARGIN + SIZE, y: (top + bottom) / 2 }
  return [
    ...grid,
    element('path', { d: `M${left} ${bottom}H${right}`, stroke: FAINT }),
    ...xTicks,
    typesetter.set({ ...label, ...yLabel, anchor: 'middle', rotate: -90 }),
    ...panel.curves.flatMap((curve, i) => drawCurve(curve, colorOf(i), x, y)),
  ]
}

type Position = (value: number) => number

function drawCurve({ x: xs, y: ys }: Curve, color: string, x: Position, y: Position): string[] {
  const points = Array.from(xs, (value, i): [number, number] => [value, ys[i] as number])
  const drawn = points.filter(([, value]) => Number.isFinite(value))
  const path = line<[number, number]>()
    .defined(([, value]) => Number.isFinite(value))
    .x(([value]) => x(value))
    .y(([, value]) => y(value))
    .digits(2)
  const dots = drawn.length > MOST_DOTS ? [] : drawn
  return [
    element('path', {
      d: path(points) ?? '',
      fill: 'none',
      stroke: color,
      'stroke-width': 2,
      'stroke-linejoin': 'round',
    }),
    ...dots.map(([cx, cy]) => element('circle', { cx: x(cx), cy: y(cy), r: 2.5, fill: color })),
  ]
}

/** The scale of a panel's values, its grid lines and how they are written. */
function yAxis({ curves: drawn, logarithmic = false }: CurvePanel) {
  const domain = extent(drawn.flatMap(({ y }) => Array.from(y).filter(Number.isFinite)))
  const scale = (logarithmic ? scaleLog() : scaleLinear()).domain(domain).nice(5)
  const format = scale.tickFormat(5)
  // A logarithmic scale has more ticks than it has room for, and leaves some of them without a text.
  return { scale, format, ticks: scale.ticks(5).filter((tick) => format(tick) !== '') }
}

/** Smallest and largest value, apart from each other so that a scale can be made of them. */
function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (low > high) return [0.1, 1]
  const room = low < high ? 0 : Math.abs(low) / 2 || 1
  return [low - room, high + room]
}

function colorOf(i: number): string {
  return lineColors[i % lineColors.length] as string
}

function describe(panels: readonly CurvePanel[], xLabel: string): string {
  const lines = panels.flatMap(({ yLabel, curves: drawn }) =>
    drawn.map(({ name, x, y }) => {
      const last = y.length - 1
      return `${name}: ${yLabel} from ${y[0]?.toPrecision(4)} at ${x[0]} to ${y[last]?.toPrecision(4)} at ${x[last]}`
    }),
  )
  return `Curves over ${xLabel}. ${lines.join('; ')}.`
}

function requirePanels(panels: readonly CurvePanel[]): void {
  requireSome('panels', panels, 'panel')
  panels.forEach((panel, p) => {
    requireSome(`panels[${p}].curves`, panel?.curves, 'curve')
  })
  panels.forEach(({ curves: drawn, logarithmic }, p) => {
    drawn.forEach(({ x, y }, c) => {
      const argument = `panels[${p}].curves[${c}]`
      if (typeof x?.length !== 'number' || typeof y?.length !== 'number')
        throw new InvalidArgumentError({
          argument,
          expected: 'x and y, lists of numbers',
          received: 'something else',
        })
      if (x.length !== y.length || x.length === 0)
        throw new ShapeError({
          argument,
          expected: 'as many x as y, at least one',
          received: `${x.length} x and ${y.length} y`,
        })
      const badX = Array.from(x).find((value) => !Number.isFinite(value))
      if (badX !== undefined)
        throw new InvalidArgumentError({
          argument: `${argument}.x`,
          expected: 'finite numbers',
          received: String(badX),
        })
      const badY = logarithmic ? Array.from(y).find((value) => value <= 0) : undefined
      if (badY !== undefined)
        throw new InvalidArgumentError({
          argument: `${argument}.y`,
          expected: 'values above 0 on a logarithmic scale',
          received: String(badY),
        })
    })
  })
}

function requireSome(argument: string, list: unknown, item: string): void {
  if (Array.isArray(list) && list.length > 0) return
  throw new InvalidArgumentError({
    argument,
    expected: `a list of at least one ${item}`,
    received: Array.isArray(list) ? 'an empty one' : String(list),
  })
}
