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

  it.each(golden.moses)('writes the text of sacremoses: $language $text', (row) => {
    const tokenizer = createMosesTokenizer({ language: row.language })
    expect(tokenizer.detokenize(row.tokens)).toBe(row.detokenized)
    expect(tokenizer.detokenize(row.hyphens)).toBe(row.detokenized)
  })

  it.each(golden.addresses)('keeps addresses whole: $text', ({ text, tokens }) => {
    expect(createMosesTokenizer().tokenize(text)).toEqual(tokens)
  })

  it('splits addresses when asked', () => {
    expect(createMosesTokenizer({ keepAddresses: false }).tokenize('at a@b.org')).toEqual([
      'at',
      'a',
      '@',
      'b.org',
    ])
  })

  describe('where it goes its own way', () => {
    const { tokenize, detokenize } = createMosesTokenizer()

    it('splits a quote off at both ends of a text', () => {
      expect(tokenize("'hello there'")).toEqual(["'", 'hello', 'there', "'"])
      expect(detokenize(tokenize("'hello there'"))).toBe("'hello there'")
    })

    it('keeps emoji of several code points whole', () => {
      expect(tokenize('wow👩‍👩‍👧‍👦👍🏽, 🇩🇪🇫🇷!')).toEqual(['wow', '👩‍👩‍👧‍👦', '👍🏽', ',', '🇩🇪', '🇫🇷', '!'])
    })

    it('keeps combining marks and joiners with their letters', () => {
      expect(tokenize('cafe\u0301 می\u200Cخواهم हिन्दी')).toEqual(['cafe\u0301', 'می\u200Cخواهم', 'हिन्दी'])
    })
  })

  it('reads right-to-left text', () => {
    const { tokenize, detokenize } = createMosesTokenizer()
    const text = 'שלום, עולם! "מרחבא"'
    expect(tokenize(text)).toEqual(['שלום', ',', 'עולם', '!', '"', 'מרחבא', '"'])
    expect(detokenize(tokenize(text))).toBe(text)
  })

  it('writes no space between Chinese characters', () => {
    expect(createMosesTokenizer().detokenize(['他', '说', 'hello', '。', '好'])).toBe('他说 hello 。好')
  })

  it('finds nothing in blank text', () => {
    expect(createMosesTokenizer().tokenize(' \t\n ')).toEqual([])
    expect(createMosesTokenizer().detokenize([])).toBe('')
  })

  it('takes a line of 100,000 characters in its stride', () => {
    const { tokenize } = createMosesTokenizer()
    expect(tokenize('x'.repeat(100_000))).toHaveLength(1)
    expect(tokenize('a.'.repeat(50_000))).toHaveLength(1)
    expect(tokenize('.'.repeat(100_000))).toHaveLength(1)
    expect(tokenize("' ".repeat(50_000))).toHaveLength(50_000)
    expect(tokenize(`www.${'a-'.repeat(50_000)}`).length).toBeGreaterThan(0)
    expect(tokenize(`${'a.b-'.repeat(25_000)}@`).length).toBeGreaterThan(0)
  })
})
