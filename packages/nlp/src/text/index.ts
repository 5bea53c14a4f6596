export { Bpe, type BpeJson, continuation, joinPieces, type Merge } from './bpe.js'
export { type LearnBpeOptions, learnBpe } from './bpe-learner.js'
export {
  type FitPairOptions,
  fitTextPipeline,
  fitTextPipelines,
  type TextPair,
  type TextPipelinePair,
} from './fit-text-pipeline.js'
export { type NormalizeOptions, normalizeText } from './normalize.js'
export { normalizePunctuation, type PunctuationLanguage } from './punctuation.js'
export { createStemmer, type StemmerName } from './stemmers.js'
export { type StopWordLanguage, stopWords } from './stop-words.js'
export { type ParsedTextConfig, type TextConfig, textConfigSchema } from './text-config.js'
export { type EncodedText, TextPipeline } from './text-pipeline.js'
export type { MosesOptions } from './tokenizers/moses.js'
export type { MosesLanguage } from './tokenizers/nonbreaking-prefixes.js'
export { createTokenizer, type TokenizerConfig } from './tokenizers/registry.js'
export type { Tokenizer } from './tokenizers/tokenizer.js'
export { capitalizeSentences, Truecaser, type TruecaserJson } from './truecaser.js'
export {
  beginId,
  type EncodedTokens,
  endId,
  padId,
  specialTokens,
  unknownId,
  Vocabulary,
  type VocabularyJson,
  type VocabularyOptions,
} from './vocabulary.js'
