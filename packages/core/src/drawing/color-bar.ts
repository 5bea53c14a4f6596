/** The legend of a heat map: which colour is which weight. */
import { scaleLinear } from 'd3-scale'
import { weightColor } from './color-scale.js'
import { element, round } from './svg.js'
import type { Typesetter } from './typesetter.js'

const BAR_WIDTH = 12
const BANDS = 64
const LABEL_SIZE = 12
const TICK = 5

export interface ColorBarOptions {
  x: number
  y: number
  height: number
  /** The weight of the darkest colour. */
  maximum: number
}

export interface ColorBar {
  content: string[]
  /** Right edge. */
  end: number
  height: number
}

/** Weights from 0 at the bottom to the maximum at the top. */
export function drawColorBar(typesetter: Typesetter, { x, y, height, maximum }: ColorBarOptions): ColorBar {
  const scale = scaleLinear([0, maximum], [y + height, y])
  const band = height / BANDS
  const bands = Array.from({ length: BANDS }, (_, i) =>
    element('rect', {
      x,
      y: y + height - (i + 1) * band,
      width: BAR_WIDTH,
      // A little overlap, or the ground shines through between bands.
      height: i === 0 ? band : band + 0.5,
      fill: weightColor((i + 0.5) / BANDS),
    }),
  )
  const ticks = scale.ticks(5)
  const format = scale.tickFormat(5)
  const labels = ticks.flatMap((tick) => [
    element('path', { d: `M${round(x + BAR_WIDTH)} ${round(scale(tick))}h${TICK}`, stroke: '#52606d' }),
    typesetter.set({
      text: format(tick),
      x: x + BAR_WIDTH + TICK + 4,
      y: scale(tick) + LABEL_SIZE * 0.35,
      size: LABEL_SIZE,
      color: '#52606d',
    }),
  ])
  const widest = Math.max(...ticks.map((tick) => typesetter.measure(format(tick), LABEL_SIZE)))
  const frame = element('rect', { x, y, width: BAR_WIDTH, height, fill: 'none', stroke: '#9aa5b1' })
  return { content: [...bands, frame, ...labels], end: x + BAR_WIDTH + TICK + 4 + widest, height }
}
