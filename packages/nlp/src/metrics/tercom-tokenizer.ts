/**
 * The normaliser of Tercom, the program of TER's authors, as sacreBLEU has it: less than a tokenizer, as it separates
 * punctuation only when asked.
 */
import { decodeEntities, separateStops, separateSymbols } from './western-punctuation.js'
import { splitWords, trimEnd } from './whitespace.js'

export interface TercomOptions {
  /** Separate punctuation from words and decode `&quot;`, `&amp;`, `&lt;`, `&gt;`. */
  normalized: boolean
  /** Remove the punctuation marks `. , ? : ; ! " ( )`. */
  noPunctuation: boolean
  /** Treat East Asian text too: split it into characters when normalizing, remove its punctuation as well. */
  asianSupport: boolean
  /** Keep upper-case letters. */
  caseSensitive: boolean
}

function normalizeWestern(sentence: string): string {
  const joined = sentence.replaceAll('\n-', '').replaceAll('\n', ' ')
  return separateStops(separateSymbols(` ${decodeEntities(joined)} `).replaceAll("'s ", " 's "))
}

/**
 * Ideographs, radicals, strokes, enclosed and compatibility forms. sacreBLEU's further rule, to split Hiragana and
 * Katakana, never applies, as its patterns only match at the beginning of a line, where a space has been put.
 */
const ASIAN_CHARACTERS = /[\u2e80-\u2eff\u31c0-\u31ef\u3200-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f]/g

const ASIAN_PUNCTUATION =
  /[\u3001\u3002\u3008-\u3011\u3014-\u301f\u30fb\uff01\uff02\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff61-\uff65]/g

/** The words of a sentence as TER compares them. */
export function tokenizeTercom(sentence: string, options: TercomOptions): string[] {
  const { normalized, noPunctuation, asianSupport, caseSensitive } = options
  let line = trimEnd(sentence)
  if (!caseSensitive) line = line.toLowerCase()
  if (normalized) line = normalizeWestern(line)
  if (normalized && asianSupport) {
    line = line.replace(ASIAN_CHARACTERS, ' $& ').replace(ASIAN_PUNCTUATION, ' $& ')
  }
  if (noPunctuation) line = line.replace(/[.,?:;!"()]/g, '')
  if (noPunctuation && asianSupport) line = line.replace(ASIAN_PUNCTUATION, '')
  return splitWords(line)
}
