import type { Tokenizer } from './tokenizer.js'

/** Tokens are code points, the space being one of them: nothing is lost either way. */
export function createCharacterTokenizer(): Tokenizer {
  return {
    tokenize: (text) => Array.from(text),
    detokenize: (tokens) => tokens.join(''),
  }
}
