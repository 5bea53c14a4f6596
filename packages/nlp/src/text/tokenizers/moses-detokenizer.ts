/** The way back from Moses tokens to text (detokenizer.perl; Koehn et al. 2007). */
import type { MosesLanguage } from './nonbreaking-prefixes.js'

const currencyOrOpening = /^[\p{Sc}([{¿¡]+$/u
const punctuation = /^[,.?!:;\\%})\]]+$/
const frenchSpacedPunctuation = /^[?!:;\\%]$/
const englishContraction = /^'\p{Alphabetic}/u
const elision = /\p{Alphabetic}'$/u
const startsWithLetter = /^\p{Alphabetic}/u
const quotes = /^['"„“`]+$/
const germanQuotes = /^[„“”]+$/
const cjkStart = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFFEF]/u
const cjkEnd = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFFEF]$/u

/** On which sides a token is written without a space. */
type Attachment = 'none' | 'left' | 'right'

const elides = (language: MosesLanguage) => language === 'fr' || language === 'it'

/** Quotes alternate: the first of a kind opens, the next closes. */
class OpenQuotes {
  private readonly open = new Set<string>()

  attach(token: string, previous: string | undefined, language: MosesLanguage): Attachment {
    const kind = germanQuotes.test(token) ? '"' : token
    if (this.open.delete(kind)) return 'left'
    if (language === 'en' && token === "'" && previous?.endsWith('s')) return 'left'
    this.open.add(kind)
    return 'right'
  }
}

interface Neighbours {
  previous: string | undefined
  next: string | undefined
}

/** Contractions and elisions lean on a neighbour: `do n't`, `l' eau`. */
function attachApostrophe(
  token: string,
  { previous, next }: Neighbours,
  language: MosesLanguage,
): Attachment {
  if (language === 'en') return previous !== undefined && englishContraction.test(token) ? 'left' : 'none'
  const elided = elides(language) && elision.test(token) && next !== undefined && startsWithLetter.test(next)
  return elided ? 'right' : 'none'
}

function attach(token: string, around: Neighbours, language: MosesLanguage, open: OpenQuotes): Attachment {
  if (cjkStart.test(token)) return around.previous && cjkEnd.test(around.previous) ? 'left' : 'none'
  if (currencyOrOpening.test(token)) return 'right'
  if (punctuation.test(token))
    return language === 'fr' && frenchSpacedPunctuation.test(token) ? 'none' : 'left'
  if (quotes.test(token)) return open.attach(token, around.previous, language)
  return attachApostrophe(token, around, language)
}

/** Text from tokens: punctuation, brackets, quotes, contractions and split hyphens find their neighbours again. */
export function detokenizeMoses(tokens: readonly string[], language: MosesLanguage): string {
  const words = ` ${tokens.join(' ')} `.replaceAll(' @-@ ', '-').split(' ').filter(Boolean)
  const open = new OpenQuotes()
  let text = ''
  let glue = true
  words.forEach((word, i) => {
    const attachment = attach(word, { previous: words[i - 1], next: words[i + 1] }, language, open)
    text += glue || attachment === 'left' ? word : ` ${word}`
    glue = attachment === 'right'
  })
  return text
}
