/** Texts of charts: names as they come from files, numbers and lines as they fit. */
import { estimateTextWidth, InvalidArgumentError } from '@attentive/core'

/** Control characters, ends of lines, and halves of characters, which no document may hold. */
const UNSUITABLE = /[\p{Cc}\p{Surrogate}\u2028\u2029\ufffe\uffff]+/gu

/** One line that can be shown; what would break it becomes a space. */
export function cleanText(text: string): string {
  return text.replace(UNSUITABLE, ' ').trim()
}

/**
 * Names for a legend, cleaned and cut to a width.
 * @throws InvalidArgumentError when a name is empty or there twice: nobody could tell the lines apart.
 */
export function legendNames(argument: string, names: readonly string[], width = 300): string[] {
  const cleaned = names.map((name) => cleanText(String(name)))
  const bad = cleaned.findIndex((name, i) => name === '' || cleaned.indexOf(name) < i)
  if (bad >= 0)
    throw new InvalidArgumentError({
      argument: `${argument}[${bad}].name`,
      expected: 'a name that no other has',
      received: JSON.stringify(names[bad]),
    })
  const cut = cleaned.map((name) => cutText(name, 12, width))
  return cut.map((name, i) => (cut.indexOf(name) < i ? `${i + 1}: ${name}` : name))
}

/** The text, or as much of its beginning as fits. */
export function cutText(text: string, size: number, width: number): string {
  if (estimateTextWidth(text, size) <= width) return text
  const kept = Array.from(text)
  while (kept.length > 1 && estimateTextWidth(`${kept.join('')}…`, size) > width) kept.pop()
  return `${kept.join('').trimEnd()}…`
}

/** The text in lines of at most this width, at most four of them. */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter(Boolean)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.length > 0 && estimateTextWidth(longer, size) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  const shown = lines.slice(0, 4)
  if (lines.length > 4) shown[3] = `${shown[3]} …`
  return shown.map((line) => cutText(line, size, width))
}

/** `load (MW)` */
export function withUnit(name: string, unit?: string): string {
  const [what, of] = [cleanText(name), cleanText(unit ?? '')]
  if (what === '') return of
  return of === '' ? what : `${what} (${of})`
}

/** A number in few figures: `0.361`, `12340`, `1.2e-5`. */
export function numberText(value: number, figures = 4): string {
  return String(Number(value.toPrecision(figures)))
}
