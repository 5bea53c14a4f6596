import { InvalidArgumentError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenizer, type TokenizerConfig } from '../../src/text/index.js'
import { naturalTokenizerNames } from '../../src/text/tokenizers/natural.js'

const tokenize = (config: TokenizerConfig, text: string) => createTokenizer(config).tokenize(text)

describe('createTokenizer', () => {
  it('names what is wrong with the settings', () => {
    expect(() => createTokenizer({ type: 'moses', language: 'xx' as 'en' })).toThrow(InvalidArgumentError)
    expect(() => createTokenizer({ type: 'moses', language: 'xx' as 'en' })).toThrow(/tokenizer.*language/s)
    expect(() => createTokenizer({ type: 'mosse' as 'moses' })).toThrow(/tokenizer.*type/s)
    expect(() => createTokenizer({ type: 'moses', hyphens: true } as TokenizerConfig)).toThrow(/hyphens/)
  })
})

describe('whitespace and character tokenizers', () => {
  it('split at any space', () => {
    expect(tokenize({ type: 'whitespace' }, ' a\u3000b,\tc ')).toEqual(['a', 'b,', 'c'])
    expect(createTokenizer({ type: 'whitespace' }).detokenize(['a', 'b,'])).toBe('a b,')
  })

  it('lose no code point', () => {
    const { tokenize, detokenize } = createTokenizer({ type: 'character' })
    expect(tokenize('a 😀')).toEqual(['a', ' ', '😀'])
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => detokenize(tokenize(text)) === text))
  })
})

describe('segmenter tokenizer', () => {
  it.each([
    ['zh', '我喜欢学习中文。', ['我', '喜欢', '学习', '中文', '。']],
    ['ja', '私は猫が好きです。', ['私', 'は', '猫', 'が', '好き', 'です', '。']],
    ['th', 'ฉันรักแมว', ['ฉัน', 'รัก', 'แมว']],
  ])('finds words in %s', (language, text, words) => {
    const tokenizer = createTokenizer({ type: 'segmenter', language })
    expect(tokenizer.tokenize(text)).toEqual(words)
    expect(tokenizer.detokenize(words)).toBe(text)
  })

  it('writes spaces where the script has them', () => {
    const { tokenize, detokenize } = createTokenizer({ type: 'segmenter', language: 'en' })
    expect(detokenize(tokenize('Two dogs run, fast!'))).toBe('Two dogs run, fast!')
    expect(tokenize('Two  dogs')).toEqual(['Two', 'dogs'])
  })

  it('explains a malformed language', () => {
    expect(() => createTokenizer({ type: 'segmenter', language: 'not a tag' })).toThrow(
      /tokenizer\.language.*"not a tag"/,
    )
  })
})

describe('tokenizers of natural', () => {
  it.each(naturalTokenizerNames)('%s gives tokens, and none for an empty text', (name) => {
    expect(tokenize({ type: 'natural', name }, 'один two trois वन')).not.toEqual([])
    expect(tokenize({ type: 'natural', name }, '')).toEqual([])
  })

  it('are those of the library', () => {
    const text = "She can't say 'hello'."
    expect(tokenize({ type: 'natural', name: 'word' }, text)).toEqual(['She', 'can', 't', 'say', 'hello'])
    expect(tokenize({ type: 'natural', name: 'aggressive-en' }, text)).toEqual([
      'She',
      "can't",
      'say',
      "'hello'",
    ])
    expect(tokenize({ type: 'natural', name: 'word-punct' }, 'a, b!')).toEqual(['a', ',', 'b', '!'])
    expect(tokenize({ type: 'natural', name: 'aggressive-de' }, 'Schöne Häuser!')).toEqual([
      'Schöne',
      'Häuser',
    ])
  })

  it('attach punctuation again', () => {
    const tokenizer = createTokenizer({ type: 'natural', name: 'word-punct' })
    expect(tokenizer.detokenize(tokenizer.tokenize('a, b!'))).toBe('a, b!')
  })
})
