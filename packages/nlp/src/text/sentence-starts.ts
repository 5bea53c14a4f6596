/** Where in a line of tokens a sentence starts: there a capital letter says nothing about the word. */

const sentenceEnds = new Set(['.', ':', '?', '!'])
const openers = new Set(['(', '[', '"', "'", '„', '“', '«', '¿', '¡', '&apos;', '&quot;', '&#91;', '&#93;'])

/** For each token whether it is the first word of a sentence; opening brackets and quotes do not count as words. */
export function sentenceStarts(tokens: readonly string[]): boolean[] {
  let atStart = true
  return tokens.map((token) => {
    const starts = atStart
    if (sentenceEnds.has(token)) atStart = true
    else if (!openers.has(token)) atStart = false
    return starts
  })
}
