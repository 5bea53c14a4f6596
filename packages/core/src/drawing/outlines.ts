/** Labels as outlines: text is cut into runs of one font and direction, shaped by HarfBuzz and drawn as paths. */
import bidiFactory from 'bidi-js'
import * as harfbuzz from 'harfbuzzjs'
import type { FontSet, LoadedFont } from './fonts.js'
import { element, round } from './svg.js'
import { INK, splitGraphemes, type Typesetter } from './typesetter.js'

// The package is CommonJS whose types say ES module: its export is the factory itself.
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)()

interface Run {
  text: string
  font: LoadedFont
  rightToLeft: boolean
  /** Where the run stands on the line, counted in characters from the left. */
  place: number
}

interface ShapedText {
  /** In pixels. */
  width: number
  /** Path data with its origin at the left end of the baseline. */
  path: string
}

/** A typesetter for the texts that the font set was made for. */
export function outlineTypesetter(fonts: FontSet): Typesetter {
  const shaped = new Map<string, ShapedText>()
  const shape = (text: string, size: number): ShapedText => {
    const key = `${size} ${text}`
    const known = shaped.get(key) ?? shapeText(text, size, fonts)
    shaped.set(key, known)
    return known
  }
  return {
    measure: (text, size) => shape(text, size).width,
    set({ text, x, y, size, anchor = 'start', color = INK, rotate = 0 }) {
      const { width, path } = shape(text, size)
      const shift = { start: 0, middle: -width / 2, end: -width }[anchor]
      const turn = rotate ? ` rotate(${rotate})` : ''
      const place = `translate(${round(x)} ${round(y)})${turn} translate(${round(shift)} 0)`
      return element('path', { d: path, fill: color, transform: place })
    },
  }
}

function shapeText(text: string, size: number, fonts: FontSet): ShapedText {
  let x = 0
  let path = ''
  for (const run of visualRuns(text, fonts)) {
    const scale = size / run.font.unitsPerEm
    for (const { glyph, xAdvance, xOffset, yOffset } of shapeRun(run)) {
      path += glyphPath(run.font, glyph, scale, x + xOffset * scale, -yOffset * scale)
      x += xAdvance * scale
    }
  }
  return { width: x, path }
}

/** Runs of one font and direction, from left to right (Unicode Standard Annex 9). */
function visualRuns(text: string, fonts: FontSet): Run[] {
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text)
  const places = new Int32Array(text.length)
  bidi.getReorderedIndices(text, { levels, paragraphs }).forEach((index, place) => {
    places[index] = place
  })
  const runs: Run[] = []
  let at = 0
  for (const grapheme of splitGraphemes(text)) {
    const rightToLeft = ((levels[at] as number) & 1) === 1
    const place = places[at] as number
    const last = runs.at(-1)
    const font = fonts.of(grapheme)
    if (last && last.font === font && last.rightToLeft === rightToLeft) {
      last.text += grapheme
      last.place = Math.min(last.place, place)
    } else runs.push({ text: grapheme, font, rightToLeft, place })
    at += grapheme.length
  }
  return runs.sort((a, b) => a.place - b.place)
}

interface PlacedGlyph {
  glyph: number
  xAdvance: number
  xOffset: number
  yOffset: number
}

function shapeRun({ text, font, rightToLeft }: Run): PlacedGlyph[] {
  const buffer = new harfbuzz.Buffer()
  buffer.addText(text)
  buffer.guessSegmentProperties()
  buffer.setDirection(rightToLeft ? harfbuzz.Direction.RTL : harfbuzz.Direction.LTR)
  harfbuzz.shape(font.font, buffer)
  const positions = buffer.getGlyphPositions()
  return buffer.getGlyphInfos().map(({ codepoint }, i) => ({
    glyph: codepoint,
    ...(positions[i] as harfbuzz.GlyphPosition),
  }))
}

/** The outline of a glyph, scaled, turned the right way up and moved to (x, y). */
function glyphPath({ font }: LoadedFont, glyph: number, scale: number, x: number, y: number): string {
  return font
    .glyphToJson(glyph)
    .map(({ type, values }) => {
      const points = values.map((value, i) => round(i % 2 === 0 ? x + value * scale : y - value * scale))
      return type + points.join(' ')
    })
    .join('')
}
