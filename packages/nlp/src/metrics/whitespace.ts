/**
 * White space as Python's `str.split()` and `str.rstrip()` see it. JavaScript's own set differs (it has U+FEFF, it
 * lacks U+0085 and the separators U+001C to U+001F), which would change published scores.
 */

const WIDE_SPACES = new Set([
  0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028,
  0x2029, 0x202f, 0x205f, 0x3000,
])

function isWhitespace(code: number): boolean {
  if (code <= 0x20) return (code >= 0x09 && code <= 0x0d) || code >= 0x1c
  return code === 0x85 || code === 0xa0 || (code >= 0x1680 && WIDE_SPACES.has(code))
}

/** The maximal runs of characters that are not white space. */
export function splitWords(line: string): string[] {
  const words: string[] = []
  let start = -1
  for (let i = 0; i < line.length; i++) {
    if (!isWhitespace(line.charCodeAt(i))) {
      if (start < 0) start = i
    } else if (start >= 0) {
      words.push(line.slice(start, i))
      start = -1
    }
  }
  if (start >= 0) words.push(line.slice(start))
  return words
}

/** The line without white space at its end. */
export function trimEnd(line: string): string {
  let end = line.length
  while (end > 0 && isWhitespace(line.charCodeAt(end - 1))) end--
  return line.slice(0, end)
}

/** The line without white space at its beginning. */
export function trimStart(line: string): string {
  let start = 0
  while (start < line.length && isWhitespace(line.charCodeAt(start))) start++
  return line.slice(start)
}
