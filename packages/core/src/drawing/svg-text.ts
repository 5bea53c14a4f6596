/**
 * SVG that others made: its text becomes outlines in the fonts that come with this package, and the whole a PNG. So a
 * chart library's picture is the same everywhere, in any script, also where no font is installed.
 */
import { InvalidArgumentError } from '../errors.js'
import { type PngOptions, pngOf, requireScale } from './png.js'
import { escapeXml } from './svg.js'
import type { Label } from './typesetter.js'

const TEXT = /<text\b((?:[^>"']|"[^"]*"|'[^']*')*)>([^<]*)<\/text\s*>/g
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const ENTITY = /&(?:#x([\da-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Share of the font size that a baseline stands below where `dominant-baseline` puts the text. */
const baselines: Record<string, number> = {
  central: 0.35,
  middle: 0.35,
  hanging: 0.8,
  'text-before-edge': 1.05,
}

/** Attributes that outlines take over as they are. */
const inherited = [
  'transform',
  'opacity',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'paint-order',
  'clip-path',
]

/**
 * The SVG with every `text` as a path: larger, and legible also where there is no font.
 *
 * Understood of a text: x, y, transform, fill, opacity, stroke, text-anchor, dominant-baseline and font size, as
 * attributes or in `style`. Family and weight are not: all is set in the regular weight of Noto Sans and what belongs to it.
 *
 * @throws InvalidArgumentError when a text has elements within it, such as `tspan`.
 */
export async function outlineSvg(svg: string): Promise<string> {
  const labels = Array.from(svg.matchAll(TEXT), ([, attributes = '', content = '']) =>
    labelOf(attributesOf(attributes), decode(content)),
  )
  const rest = svg.replace(TEXT, '')
  if (/<(?:text|tspan)\b/.test(rest))
    throw new InvalidArgumentError({
      argument: 'svg',
      expected: 'text elements that hold nothing but text',
      received: 'one that has elements within it',
      hint: 'Write each tspan as a text of its own.',
    })
  // Fonts and shaping are loaded for pictures only.
  const [{ FontSet }, { outlineTypesetter }] = await Promise.all([
    import('./fonts.js'),
    import('./outlines.js'),
  ])
  const typesetter = outlineTypesetter(await FontSet.for(labels.map(({ label }) => label.text)))
  let next = 0
  return svg.replace(TEXT, () => {
    const { label, group } = labels[next++] as PlacedLabel
    return `<g${group}>${typesetter.set(label)}</g>`
  })
}

/**
 * An SVG as a PNG file, its text drawn as `outlineSvg` does. Nothing is read that the SVG refers to.
 * @throws InvalidArgumentError as `outlineSvg`, and when the scale is not above 0 and up to 10.
 */
export async function pngFromSvg(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const scale = requireScale(options)
  return pngOf(await outlineSvg(svg), scale)
}

interface PlacedLabel {
  label: Label
  /** Attributes of the group around it, written. */
  group: string
}

function labelOf(attributes: ReadonlyMap<string, string>, text: string): PlacedLabel {
  const size = Number.parseFloat(
    attributes.get('font-size') ?? /([\d.]+)px/.exec(attributes.get('font') ?? '')?.[1] ?? '16',
  )
  const anchor = attributes.get('text-anchor')
  const shift = baselines[attributes.get('dominant-baseline') ?? ''] ?? 0
  const group = inherited.flatMap((name) => {
    const value = attributes.get(name)
    return value === undefined ? [] : [` ${name}="${escapeXml(value)}"`]
  })
  return {
    label: {
      text,
      x: Number.parseFloat(attributes.get('x') ?? '0'),
      y: Number.parseFloat(attributes.get('y') ?? '0') + shift * size,
      size,
      anchor: anchor === 'middle' || anchor === 'end' ? anchor : 'start',
      color: attributes.get('fill') ?? '#000',
    },
    group: group.join(''),
  }
}

/** Attributes, and the declarations of `style` over them. */
function attributesOf(written: string): Map<string, string> {
  const found = new Map(
    Array.from(written.matchAll(ATTRIBUTE), ([, name = '', double, single]) => [
      name,
      decode(double ?? single ?? ''),
    ]),
  )
  for (const declaration of (found.get('style') ?? '').split(';')) {
    const colon = declaration.indexOf(':')
    if (colon > 0) found.set(declaration.slice(0, colon).trim(), declaration.slice(colon + 1).trim())
  }
  return found
}

function decode(text: string): string {
  return text.replace(ENTITY, (_, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] as string
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
  })
}
