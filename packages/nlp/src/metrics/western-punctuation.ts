/** Steps that the tokenizers of BLEU and TER share; both descend from NIST's mteval script for Western languages. */

/** Replaces `&quot;`, `&amp;`, `&lt;` and `&gt;`, in this order, by what they stand for. */
export function decodeEntities(line: string): string {
  return line
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
}

/** Puts spaces around ASCII symbols and punctuation, but for the apostrophe, comma, hyphen and full stop. */
export function separateSymbols(line: string): string {
  return line.replace(/[!-&(-+:-@[-`{-~/]/g, ' $& ')
}

/** Separates commas and full stops that do not stand between digits, and hyphens after digits. */
export function separateStops(line: string): string {
  return line
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])-/g, '$1 - ')
}
