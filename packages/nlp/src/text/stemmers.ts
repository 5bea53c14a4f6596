/** Stemming by the `natural` library: word forms become one token. There is no way back. */
import { requireOneOf } from './check.js'
import { loadNatural } from './natural.js'

interface NaturalStemmer {
  stem(token: string): string
}

const paths = {
  en: 'stemmers/porter_stemmer',
  'en-lancaster': 'stemmers/lancaster_stemmer',
  de: 'stemmers/porter_stemmer_de',
  es: 'stemmers/porter_stemmer_es',
  fa: 'stemmers/porter_stemmer_fa',
  fr: 'stemmers/porter_stemmer_fr',
  'fr-carry': 'stemmers/Carry',
  id: 'stemmers/indonesian/stemmer_id',
  it: 'stemmers/porter_stemmer_it',
  ja: 'stemmers/stemmer_ja',
  nl: 'stemmers/porter_stemmer_nl',
  no: 'stemmers/porter_stemmer_no',
  pt: 'stemmers/porter_stemmer_pt',
  ru: 'stemmers/porter_stemmer_ru',
  sv: 'stemmers/porter_stemmer_sv',
  uk: 'stemmers/porter_stemmer_uk',
}

export type StemmerName = keyof typeof paths

export const stemmerNames = Object.keys(paths) as [StemmerName, ...StemmerName[]]

/**
 * The stem of a token, by a stemmer's name: Porter's for each language, or Lancaster's and Carry's.
 * @throws InvalidArgumentError when there is no stemmer of this name.
 */
export function createStemmer(name: StemmerName): (token: string) => string {
  requireOneOf('name', name, stemmerNames)
  const loaded = loadNatural<NaturalStemmer | (new () => NaturalStemmer)>(paths[name])
  const stemmer = typeof loaded === 'function' ? new loaded() : loaded
  return (token) => stemmer.stem(token)
}
