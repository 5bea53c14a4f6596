/**
 * How labels get into a picture. An SVG holds them as text, in the reader's fonts, with widths that are estimated;
 * for a PNG they become outlines (see outlines.ts), with exact ones. A picture is laid out by either.
 */
import { element, escapeXml, round } from './svg.js'

export interface Label {
  text: string
  x: number
  /** Of the baseline. */
  y: number
  /** In pixels. */
  size: number
  anchor?: 'start' | 'middle' | 'end'
  color?: string
  /** Degrees clockwise around (x, y). */
  rotate?: number
}

export interface Typesetter {
  /** Width in pixels. */
  measure(text: string, size: number): number
  /** The label as SVG. */
  set(label: Label): string
}

/** Families for text that stays text, as CSS: Noto Sans where somebody has it, else what the system has. */
export const fontFamily =
  "'Noto Sans', 'Noto Sans SC', 'Noto Sans JP', 'Noto Sans KR', system-ui, 'Segoe UI', Roboto, Arial, sans-serif"

export const INK = '#1f2933'

/** Characters that are as wide as the font is high: Han, kana, Hangul, fullwidth forms, emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff01-\uff60]/u
const NARROW = /[iljtfrI.,:;!'|()[\]{} ]/
const BROAD = /[mwMW@%\p{Lu}]/u
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Estimated width of one grapheme in units of the font size. */
function estimate(grapheme: string): number {
  if (WIDE.test(grapheme)) return 1
  if (NARROW.test(grapheme)) return 0.34
  return BROAD.test(grapheme) ? 0.8 : 0.58
}

export function splitGraphemes(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

/** Width in pixels that a text of this size takes at about, in a font that is not known. */
export function estimateTextWidth(text: string, size: number): number {
  return size * splitGraphemes(text).reduce((sum, grapheme) => sum + estimate(grapheme), 0)
}

export const textTypesetter: Typesetter = {
  measure: estimateTextWidth,

  set({ text, x, y, size, anchor = 'start', color = INK, rotate }) {
    return element(
      'text',
      {
        x,
        y,
        'font-size': size,
        'text-anchor': anchor === 'start' ? undefined : anchor,
        fill: color,
        transform: rotate ? `rotate(${rotate} ${round(x)} ${round(y)})` : undefined,
        // Each label in the direction of its own script.
        style: 'unicode-bidi:plaintext',
      },
      escapeXml(text),
    )
  },
}

/** The text, or as much of its beginning as fits with an ellipsis. */
export function fitText(typesetter: Typesetter, text: string, size: number, width: number): string {
  if (typesetter.measure(text, size) <= width) return text
  const kept = splitGraphemes(text)
  while (kept.length > 1 && typesetter.measure(`${kept.join('')}…`, size) > width) kept.pop()
  return `${kept.join('')}…`
}
