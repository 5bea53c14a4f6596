/**
 * Moses-style tokenisation for languages that write spaces (tokenizer.perl; Koehn et al. 2007, "Moses: Open Source
 * Toolkit for Statistical Machine Translation"). Same tokens as sacremoses, but for four things kept whole here: an
 * emoji of several code points, a letter with its combining marks, words joined by zero-width joiners, and (unless
 * asked otherwise) web and e-mail addresses; and a quote at the very start of a text is split off, as in Perl.
 */
import { detokenizeMoses } from './moses-detokenizer.js'
import { type MosesLanguage, type NonbreakingPrefixes, nonbreakingPrefixes } from './nonbreaking-prefixes.js'
import type { Tokenizer } from './tokenizer.js'

export interface MosesOptions {
  /** Decides abbreviations and apostrophes. Default `en`. */
  language?: MosesLanguage
  /** Splits hyphens between letters: `foo-bar` → `foo @-@ bar`. Default false. */
  splitHyphens?: boolean
  /** Keeps web and e-mail addresses whole. Default true. */
  keepAddresses?: boolean
}

interface Rule {
  /** A rule does nothing where this is missing. */
  needs: string
  pattern: RegExp
  replacement: string
}

const letter = '\\p{Alphabetic}'
const wordCharacter = '\\p{Alphabetic}\\p{Nd}\\p{M}\\u200C\\u200D'

const emojiElement = '\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]*'
const emojiSequence = `${emojiElement}(?:\\u200D${emojiElement})*|\\p{Regional_Indicator}{2}`
const webAddress = '(?:(?:https?|ftp)://|www\\.)[^\\s<>"]*[^\\s<>"\'.,;:!?)\\]}]'
/** The look-behind keeps long words from being searched again from each of their letters. */
const mailAddress =
  '(?<![\\p{Alphabetic}\\p{Nd}_.+-])[\\p{Alphabetic}\\p{Nd}_.+-]+@(?:[\\p{Alphabetic}\\p{Nd}_-]+\\.)+[a-zA-Z]{2,}'
const dots = '\\.{2,}'

const whole = new RegExp(`(${[dots, emojiSequence].join('|')})`, 'gu')
const wholeWithAddresses = new RegExp(`(${[webAddress, mailAddress, dots, emojiSequence].join('|')})`, 'giu')

const rule = (needs: string, pattern: string, replacement: string): Rule => ({
  needs,
  pattern: new RegExp(pattern, 'gu'),
  replacement,
})
const comma = (pattern: string, replacement: string) => rule(',', pattern, replacement)
const apostrophe = (pattern: string, replacement: string) => rule("'", pattern, replacement)

const separateSymbols = rule('', `([^${wordCharacter}\\s.'\`,-])`, ' $1 ')
const separateHyphens = rule('-', `([${wordCharacter}])-(?=[${wordCharacter}])`, '$1 @-@ ')
/** Commas stay inside numbers only. */
const separateCommas = [comma('([^\\p{N}]),', '$1 , '), comma(',([^\\p{N}])', ' , $1')]

const loneApostrophe = apostrophe(`([^${letter}])'([^${letter}])`, "$1 ' $2")
const closingApostrophe = apostrophe(`([${letter}])'([^${letter}])`, "$1 ' $2")
const apostrophes = {
  /** don't → don 't */
  joinsNext: [
    loneApostrophe,
    apostrophe(`([^${letter}\\p{N}])'([${letter}])`, "$1 ' $2"),
    closingApostrophe,
    apostrophe(`([${letter}])'([${letter}])`, "$1 '$2"),
    apostrophe("([\\p{N}])'(s)", "$1 '$2"),
  ],
  /** l'eau → l' eau */
  joinsPrevious: [
    loneApostrophe,
    apostrophe(`([^${letter}])'([${letter}])`, "$1 ' $2"),
    closingApostrophe,
    apostrophe(`([${letter}])'([${letter}])`, "$1' $2"),
  ],
  alone: [apostrophe("'", " ' ")],
} satisfies Record<string, Rule[]>

const apostropheStyle: Partial<Record<MosesLanguage, keyof typeof apostrophes>> = {
  en: 'joinsNext',
  fr: 'joinsPrevious',
  it: 'joinsPrevious',
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed.
const controlCharacters = /[\u0000-\u001F]/g
const onlyDots = /^\.+$/
const startsLower = /^\p{Lowercase}/u
const startsWithDigit = /^[0-9]/
const anyLetter = new RegExp(`[${letter}]`, 'u')

/** Whether the full stop at the end of a token belongs to it, being an abbreviation's. */
function keepsStop(stem: string, next: string | undefined, prefixes: NonbreakingPrefixes): boolean {
  if (stem.includes('.') && anyLetter.test(stem)) return true
  if (prefixes.beforeNumbers.has(stem))
    return next !== undefined && (startsWithDigit.test(next) || startsLower.test(next))
  return prefixes.always.has(stem) || (next !== undefined && startsLower.test(next))
}

function splitFinalStops(tokens: string[], prefixes: NonbreakingPrefixes): string[] {
  const out: string[] = []
  tokens.forEach((token, i) => {
    const stem = token.slice(0, -1)
    if (!token.endsWith('.') || onlyDots.test(token) || keepsStop(stem, tokens[i + 1], prefixes))
      out.push(token)
    else out.push(stem, '.')
  })
  return out
}

/** The Moses tokenizer of one language. */
export function createMosesTokenizer(options: MosesOptions = {}): Tokenizer {
  const { language = 'en', splitHyphens = false, keepAddresses = true } = options
  const prefixes = nonbreakingPrefixes(language)
  const wholes = keepAddresses ? wholeWithAddresses : whole
  const rules = [
    separateSymbols,
    ...(splitHyphens ? [separateHyphens] : []),
    ...separateCommas,
    ...apostrophes[apostropheStyle[language] ?? 'alone'],
  ]

  const splitSegment = (segment: string): string[] => {
    let text = ` ${segment} `
    for (const { needs, pattern, replacement } of rules)
      if (text.includes(needs)) text = text.replace(pattern, replacement)
    return text.split(' ').filter(Boolean)
  }

  return {
    tokenize(text) {
      const clean = text.replace(/\s+/g, ' ').replace(controlCharacters, '')
      // Odd places of the split are what the group captured.
      const tokens = clean.split(wholes).flatMap((part, i) => (i % 2 ? [part] : splitSegment(part)))
      return splitFinalStops(tokens, prefixes)
    },
    detokenize: (tokens) => detokenizeMoses(tokens, language),
  }
}
