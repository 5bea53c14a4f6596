/** Unicode normalisation: one way to write the same text, before anything is counted. */
import { normalizePunctuation, type PunctuationLanguage } from './punctuation.js'

export interface NormalizeOptions {
  /**
   * Unicode form: `NFC` composes letters and accents (default), `NFKC` also replaces compatibility characters
   * (ligatures, full-width letters), `none` leaves the code points alone.
   */
  form?: 'NFC' | 'NFKC' | 'none'
  /** Quotes, dashes and spaces around punctuation, by the Moses rules of this language. Default: untouched. */
  punctuation?: PunctuationLanguage | false
}

const loneSurrogates = /\p{Surrogate}/gu
/** Controls, soft hyphens, zero-width spaces, marks of direction; joiners carry meaning (emoji, Persian) and stay. */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed.
  /[\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g
const spaces = /[\s\u0085\u180E]+/g

/**
 * The text in one Unicode form, without invisible characters, with single plain spaces and none at the ends. Half of
 * a surrogate pair becomes U+FFFD. Without punctuation rules, a second pass changes nothing.
 */
export function normalizeText(text: string, options: NormalizeOptions = {}): string {
  const { form = 'NFC', punctuation = false } = options
  const visible = text.replace(loneSurrogates, '\uFFFD').replace(invisible, '')
  const composed = form === 'none' ? visible : visible.normalize(form)
  const punctuated = punctuation ? normalizePunctuation(composed, punctuation) : composed
  return punctuated.replace(spaces, ' ').trim()
}
