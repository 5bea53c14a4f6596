import { describe, expect, it } from 'vitest'
import { createMosesTokenizer } from '../../src/text/tokenizers/moses.js'
import { golden } from './golden.js'

describe('Moses tokenizer', () => {
  it.each(golden.moses)(
    'gives the tokens of sacremoses: $language $text',
    ({ language, text, tokens, hyphens }) => {
      expect(createMosesTokenizer({ language, keepAddresses: false }).tokenize(text)).toEqual(tokens)
      expect(
        createMosesTokenizer({ language, splitHyphens: true, keepAddresses: false }).tokenize(text),
      ).toEqual(hyphens)
    },
  )

  it.each(golden.moses)(
    'writes the text of sacremoses: $language $text',
    ({ language, tokens, hyphens, detokenized }) => {
      const tokenizer = createMosesTokenizer({ language })
      expect(tokenizer.detokenize(tokens)).toBe(detokenized)
      expect(tokenizer.detokenize(hyphens)).toBe(detokenized)
    },
  )

  it.each(golden.addresses)('keeps addresses whole: $text', ({ text, tokens }) => {
    expect(createMosesTokenizer().tokenize(text)).toEqual(tokens)
  })
})
