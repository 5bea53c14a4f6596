/** The tokenizers of the `natural` library. Most of them drop punctuation; none can say where a space was. */
import { loadNatural } from '../natural.js'
import { detokenizeMoses } from './moses-detokenizer.js'
import type { Tokenizer } from './tokenizer.js'

interface NaturalTokenizer {
  tokenize(text: string): string[] | null
}
type NaturalClass = new () => NaturalTokenizer

const aggressive = (suffix: string) => () =>
  loadNatural<NaturalClass>(`tokenizers/aggressive_tokenizer${suffix}`)
const regexp = (name: 'WordTokenizer' | 'WordPunctTokenizer') => () =>
  loadNatural<Record<typeof name, NaturalClass>>('tokenizers/regexp_tokenizer')[name]

const loaders = {
  word: regexp('WordTokenizer'),
  'word-punct': regexp('WordPunctTokenizer'),
  treebank: () => loadNatural<NaturalClass>('tokenizers/treebank_word_tokenizer'),
  case: () => loadNatural<NaturalClass>('tokenizers/tokenizer_case'),
  japanese: () => loadNatural<NaturalClass>('tokenizers/tokenizer_ja'),
  'aggressive-en': aggressive(''),
  'aggressive-de': aggressive('_de'),
  'aggressive-es': aggressive('_es'),
  'aggressive-fa': aggressive('_fa'),
  'aggressive-fr': aggressive('_fr'),
  'aggressive-hi': aggressive('_hi'),
  'aggressive-id': aggressive('_id'),
  'aggressive-it': aggressive('_it'),
  'aggressive-nl': aggressive('_nl'),
  'aggressive-no': aggressive('_no'),
  'aggressive-pl': aggressive('_pl'),
  'aggressive-pt': aggressive('_pt'),
  'aggressive-ru': aggressive('_ru'),
  'aggressive-sv': aggressive('_sv'),
  'aggressive-uk': aggressive('_uk'),
  'aggressive-vi': aggressive('_vi'),
} satisfies Record<string, () => NaturalClass>

export type NaturalTokenizerName = keyof typeof loaders

export const naturalTokenizerNames = Object.keys(loaders) as [NaturalTokenizerName, ...NaturalTokenizerName[]]

export interface NaturalOptions {
  name: NaturalTokenizerName
}

/** A tokenizer of natural by its name; the way back follows the Moses rules for English. */
export function createNaturalTokenizer({ name }: NaturalOptions): Tokenizer {
  const tokenizer = new (loaders[name]())()
  return {
    tokenize: (text) => (tokenizer.tokenize(text) ?? []).map((token) => token.trim()).filter(Boolean),
    detokenize: (tokens) => (name === 'japanese' ? tokens.join('') : detokenizeMoses(tokens, 'en')),
  }
}
