/** Attention as a picture: a row for each target token, a column for each source token, darker where more is looked. */
import { scaleLinear } from 'd3-scale'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import { drawColorBar } from './color-bar.js'
import { weightColor } from './color-scale.js'
import { type Drawing, makeDrawing } from './drawing.js'
import { element, escapeXml, type Picture } from './svg.js'
import { fitText, type Typesetter } from './typesetter.js'

export interface AttentionMapOptions {
  /** T target tokens, from top to bottom. */
  rows: readonly string[]
  /** S source tokens, from left to right. */
  columns: readonly string[]
  /** `[T, S]` weights, row by row; rows of equal length or one flat array. */
  weights: ArrayLike<number> | readonly ArrayLike<number>[]
  title?: string
  /** The weight of the darkest colour. Default: the largest weight, rounded up to a round number. */
  maximum?: number
}

const knownOptions = {
  rows: true,
  columns: true,
  weights: true,
  title: true,
  maximum: true,
} satisfies KnownOptions<AttentionMapOptions>

const TITLE_SIZE = 17
const MARGIN = 20
const GAP = 8
/** Longer labels are cut with an ellipsis; the whole token is in the cell's tooltip. */
const LONGEST_LABEL = 200
const ANGLE = -50

/** Cells of the largest map, T × S: larger pictures take half a minute, a gigabyte, and nobody can read them. */
export const maxAttentionCells = 40_000

/**
 * A heat map of attention weights.
 *
 * @returns a drawing: `toSvg()` with tooltips that tell each weight, `toPng()`.
 * @throws ShapeError when `weights` are not T × S numbers.
 * @throws InvalidArgumentError without tokens, on an unknown option, with more than 40,000 cells, or when a weight is NaN, infinite or
 *   negative.
 *
 * @example
 * const map = attentionMap({ rows: ['Zwei', 'Hunde'], columns: ['Two', 'dogs'], weights: [[0.9, 0.1], [0.2, 0.8]] })
 * await writeFile('attention.svg', map.toSvg())
 */
export function attentionMap(options: AttentionMapOptions): Drawing {
  const { rows, columns, title } = requireKnownOptions(options, knownOptions)
  requireTokens('rows', rows)
  requireTokens('columns', columns)
  requireSize(rows.length, columns.length)
  const weights = checkedWeights(options)
  const largest = weights.reduce((a, b) => Math.max(a, b))
  const maximum = options.maximum ?? roundUp(largest)
  if (!(maximum > 0 && maximum < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError({
      argument: 'maximum',
      expected: 'a number above 0',
      received: String(maximum),
    })
  const map: AttentionMap = { rows, columns, weights, maximum, title }
  return makeDrawing((typesetter) => paint(map, typesetter))
}

function roundUp(weight: number): number {
  const [, top = 1] = scaleLinear([0, weight > 0 ? weight : 1], [0, 1])
    .nice(5)
    .domain()
  return top
}

interface AttentionMap {
  rows: readonly string[]
  columns: readonly string[]
  /** `[T, S]` */
  weights: Float64Array
  maximum: number
  title: string | undefined
}

function paint(map: AttentionMap, typesetter: Typesetter): Picture {
  const layout = layOut(map, typesetter)
  const bar = drawColorBar(typesetter, {
    x: layout.left + layout.width + MARGIN,
    y: layout.top,
    height: Math.min(Math.max(layout.height, 90), 240),
    maximum: map.maximum,
  })
  const title = visible(map.title ?? '')
  return {
    width: Math.max(bar.end, layout.labelsEnd, MARGIN + typesetter.measure(title, TITLE_SIZE)) + MARGIN,
    height: layout.top + Math.max(layout.height, bar.height) + MARGIN,
    title: map.title ?? 'Attention',
    description: describe(map),
    content: [
      ...(title
        ? [typesetter.set({ text: title, x: MARGIN, y: MARGIN + TITLE_SIZE, size: TITLE_SIZE })]
        : []),
      ...drawCells(map, layout),
      ...drawLabels(layout, typesetter),
      ...bar.content,
    ],
  }
}

interface Layout {
  cell: number
  fontSize: number
  rowLabels: string[]
  columnLabels: string[]
  /** Degrees by which column labels are turned; 0 where all of them fit over their cells. */
  angle: number
  left: number
  top: number
  width: number
  height: number
  /** How far the column labels reach to the right. */
  labelsEnd: number
}

function layOut({ rows, columns, title }: AttentionMap, typesetter: Typesetter): Layout {
  const { cell, fontSize } = sizesFor(Math.max(rows.length, columns.length))
  const fit = (token: string) => fitText(typesetter, visible(token), fontSize, LONGEST_LABEL)
  const widthOf = (label: string) => typesetter.measure(label, fontSize)
  const rowLabels = rows.map(fit)
  const columnLabels = columns.map(fit)
  const widths = columnLabels.map(widthOf)
  const angle = Math.max(...widths) > cell - 2 ? ANGLE : 0
  const radians = (angle * Math.PI) / 180
  const left = MARGIN + Math.max(...rowLabels.map(widthOf)) + GAP
  const headroom = Math.max(...widths) * Math.sin(-radians) + fontSize
  return {
    cell,
    fontSize,
    rowLabels,
    columnLabels,
    angle,
    left,
    top: MARGIN + (title === undefined ? 0 : TITLE_SIZE + MARGIN) + headroom + GAP,
    width: columns.length * cell,
    height: rows.length * cell,
    labelsEnd: Math.max(...widths.map((width, s) => left + (s + 0.5) * cell + width * Math.cos(radians))),
  }
}

/** Long sentences get smaller cells, with labels that are still legible. */
function sizesFor(count: number): { cell: number; fontSize: number } {
  if (count <= 24) return { cell: 30, fontSize: 14 }
  return count <= 40 ? { cell: 23, fontSize: 13 } : { cell: 18, fontSize: 12 }
}

function drawCells({ rows, columns, weights, maximum }: AttentionMap, layout: Layout): string[] {
  const { cell, left, top, width, height } = layout
  const cells: string[] = []
  weights.forEach((weight, i) => {
    const t = Math.floor(i / columns.length)
    const s = i % columns.length
    const name = `${visible(rows[t] as string)} → ${visible(columns[s] as string)}: ${weight.toFixed(3)}`
    cells.push(
      element(
        'rect',
        {
          x: left + s * cell + 0.5,
          y: top + t * cell + 0.5,
          width: cell - 1,
          height: cell - 1,
          fill: weightColor(Math.min(weight / maximum, 1)),
        },
        element('title', {}, escapeXml(name)),
      ),
    )
  })
  const ground = element('rect', {
    x: left - 0.5,
    y: top - 0.5,
    width: width + 1,
    height: height + 1,
    fill: '#dbe2ea',
  })
  return [ground, ...cells]
}

function drawLabels(layout: Layout, typesetter: Typesetter): string[] {
  const { cell, fontSize: size, angle, left, top } = layout
  // Letters look centred when their baseline is about a third of their size below the middle.
  const baseline = cell / 2 + size * 0.34
  const rows = layout.rowLabels.map((text, t) =>
    typesetter.set({ text, x: left - GAP, y: top + t * cell + baseline, size, anchor: 'end' }),
  )
  const columns = layout.columnLabels.map((text, s) => {
    const middle = left + (s + 0.5) * cell
    return angle === 0
      ? typesetter.set({ text, x: middle, y: top - GAP, size, anchor: 'middle' })
      : typesetter.set({ text, x: middle + size * 0.25, y: top - GAP, size, rotate: angle })
  })
  return [...rows, ...columns]
}

/** What a label shows of a token: white space and control characters would not be seen. */
function visible(token: string): string {
  const shown = token.replace(/[\p{Cc}\u2028\u2029]/gu, '\u2423')
  return /^\s+$/.test(shown) ? '\u2423'.repeat(shown.length) : shown
}

/** For those who cannot see the picture: where each target token looks most. */
function describe({ rows, columns, weights }: AttentionMap): string {
  const best = rows.map((row, t) => {
    const line = weights.subarray(t * columns.length, (t + 1) * columns.length)
    const s = line.indexOf(line.reduce((a, b) => Math.max(a, b)))
    return `${row} → ${columns[s]} (${(line[s] as number).toFixed(2)})`
  })
  return `Attention of ${rows.length} target tokens over ${columns.length} source tokens. Strongest for each: ${best.join('; ')}.`
}

function requireTokens(argument: string, tokens: readonly string[]): void {
  if (!Array.isArray(tokens) || tokens.length === 0 || tokens.some((token) => typeof token !== 'string'))
    throw new InvalidArgumentError({
      argument,
      expected: 'at least one token, all of them strings',
      received: !Array.isArray(tokens) || tokens.length === 0 ? 'none' : 'something else among them',
    })
}

function requireSize(rows: number, columns: number): void {
  if (rows * columns > maxAttentionCells)
    throw new InvalidArgumentError({
      argument: 'rows, columns',
      expected: `at most ${maxAttentionCells} cells`,
      received: `${rows} × ${columns} tokens`,
      hint: 'Draw a part of it: its weights are numbers that can be cut.',
    })
}

function checkedWeights({ rows, columns, weights }: AttentionMapOptions): Float64Array {
  const nested = Array.from((weights ?? []) as ArrayLike<number | ArrayLike<number>>)
  const lines = nested.map((line) => (typeof line === 'number' ? 1 : line.length))
  const isNested = nested.some((line) => typeof line !== 'number')
  const flat = nested.flatMap((line) => (typeof line === 'number' ? line : Array.from(line)))
  if (flat.length !== rows.length * columns.length || (isNested && lines.some((n) => n !== columns.length)))
    throw new ShapeError({
      argument: 'weights',
      expected: `[${rows.length}, ${columns.length}] numbers, a row for each of rows`,
      received: isNested
        ? `rows of ${[...new Set(lines)].join(', ')} numbers, ${lines.length} of them`
        : `${flat.length} numbers`,
    })
  const bad = flat.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))
  if (bad >= 0)
    throw new InvalidArgumentError({
      argument: `weights[${Math.floor(bad / columns.length)}][${bad % columns.length}]`,
      expected: 'a finite weight of at least 0',
      received: String(flat[bad]),
    })
  return Float64Array.from(flat)
}
