/** The symbols that byte-pair encoding starts from. */

/** Marks the last symbol of a word, so that `er` in `erst` and in `water` are different symbols. */
export const endOfWord = '</w>'

/** Longer words (in code points) are no words: they teach nothing and are cut before merges are applied. */
export const maxWordLength = 200

/** The code points of a word, the last one marked. */
export function toSymbols(word: string): string[] {
  const symbols = Array.from(word)
  symbols[Math.max(0, symbols.length - 1)] = (symbols.at(-1) ?? '') + endOfWord
  return symbols
}
