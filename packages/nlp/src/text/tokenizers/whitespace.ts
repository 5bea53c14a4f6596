import type { Tokenizer } from './tokenizer.js'

/** Tokens are what spaces separate: for text that is tokenised already. */
export function createWhitespaceTokenizer(): Tokenizer {
  return {
    tokenize: (text) => text.split(/\s+/).filter(Boolean),
    detokenize: (tokens) => tokens.join(' '),
  }
}
