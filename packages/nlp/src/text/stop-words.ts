/** Lists of words that carry little meaning, as the `natural` library has them. */
import { createRequire } from 'node:module'
import { requireOneOf } from './check.js'
import { loadNatural } from './natural.js'

const naturalLists = {
  en: '',
  es: '_es',
  fa: '_fa',
  fr: '_fr',
  id: '_id',
  it: '_it',
  ja: '_ja',
  nl: '_nl',
  no: '_no',
  pl: '_pl',
  pt: '_pt',
  ru: '_ru',
  sv: '_sv',
  uk: '_uk',
  zh: '_zh',
}

export type StopWordLanguage = keyof typeof naturalLists | 'de'

export const stopWordLanguages = ['de', ...Object.keys(naturalLists)] as [
  StopWordLanguage,
  ...StopWordLanguage[],
]

/**
 * The stop words of a language, in lower case. German is what natural itself takes from `stopwords-iso`.
 * @throws InvalidArgumentError when there are none for this language.
 */
export function stopWords(language: StopWordLanguage): ReadonlySet<string> {
  requireOneOf('language', language, stopWordLanguages)
  const list =
    language === 'de'
      ? (createRequire(import.meta.url)('stopwords-iso') as Record<'de', string[]>).de
      : loadNatural<{ words: string[] }>(`util/stopwords${naturalLists[language]}`).words
  return new Set(list.map((word) => word.toLowerCase()))
}
