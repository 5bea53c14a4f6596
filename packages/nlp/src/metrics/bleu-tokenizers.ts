/**
 * The tokenizers of sacreBLEU (Post 2018, "A call for clarity in reporting BLEU scores"): tokenization is part of the
 * metric, so that scores of different systems compare whatever tokens a system itself works with.
 */
import { decodeEntities, separateStops, separateSymbols } from './western-punctuation.js'
import { splitWords, trimEnd, trimStart } from './whitespace.js'

/** WMT's standard: equals mteval-v13a.pl. For languages that put spaces between words. */
function tokenize13a(line: string): string[] {
  const plain = line.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ')
  return splitWords(separateStops(separateSymbols(` ${decodeEntities(plain)} `)))
}

/** Separates any Unicode punctuation and symbol, as mteval-v14.pl with `--international-tokenization`. */
function tokenizeInternational(line: string): string[] {
  return splitWords(
    line
      .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
      .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
      .replace(/\p{S}/gu, ' $& '),
  )
}

/**
 * What sacreBLEU takes for a Chinese character. The range from U+2001 to U+2A6D (dashes, quotation marks, arrows) is
 * there because sacreBLEU writes the bounds of CJK extension B with four digits too few; published scores include it.
 * Extension B itself lies outside.
 */
const CHINESE =
  /[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g

/** Each Chinese character is a token; what lies between is tokenized as Western text. */
function tokenizeChinese(line: string): string[] {
  return splitWords(separateStops(separateSymbols(trimStart(line).replace(CHINESE, ' $& '))))
}

/** Each Unicode code point but white space is a token. */
function tokenizeCharacters(line: string): string[] {
  return [...splitWords(line).join('')]
}

/** Every tokenizer BLEU knows, by the name that its signature prints. */
const bleuTokenizers = {
  '13a': tokenize13a,
  intl: tokenizeInternational,
  zh: tokenizeChinese,
  char: tokenizeCharacters,
  none: splitWords,
} satisfies Record<string, (line: string) => string[]>

export type BleuTokenizerName = keyof typeof bleuTokenizers

export const bleuTokenizerNames = Object.keys(bleuTokenizers) as [BleuTokenizerName, ...BleuTokenizerName[]]

/** The tokens of a sentence, its case folded if asked. */
export function tokenizeForBleu(
  sentence: string,
  { tokenizer, lowercase }: { tokenizer: BleuTokenizerName; lowercase: boolean },
): string[] {
  return bleuTokenizers[tokenizer](trimEnd(lowercase ? sentence.toLowerCase() : sentence))
}
