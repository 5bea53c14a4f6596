import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizePunctuation, normalizeText } from '../../src/text/index.js'
import { golden } from './golden.js'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })

describe('normalizeText', () => {
  it('composes letters, in the form asked for', () => {
    expect(normalizeText('u\u0308 ﬁ Ａ')).toBe('ü ﬁ Ａ')
    expect(normalizeText('u\u0308 ﬁ Ａ', { form: 'NFKC' })).toBe('ü fi A')
    expect(normalizeText('u\u0308', { form: 'none' })).toBe('u\u0308')
  })

  it('makes every space a plain one, and trims', () => {
    expect(normalizeText('\u00A0a\u2003b\u3000\t\r\n\u0085c\u2028 d ')).toBe('a b c d')
  })

  it('removes what cannot be seen but keeps joiners', () => {
    expect(normalizeText('\uFEFFa\u0000b\u00ADc\u200Bd\u202Ee\u0007f\u2066g')).toBe('abcdefg')
    expect(normalizeText('e\u200B\u0301')).toBe('é')
    expect(normalizeText('👩‍🚀 می\u200Cخواهم')).toBe('👩‍🚀 می\u200Cخواهم')
  })

  it('replaces half a character', () => {
    expect(normalizeText('a\uD83Db')).toBe('a\uFFFDb')
  })

  it.each(['NFC', 'NFKC', 'none'] as const)('changes nothing the second time (%s)', (form) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = normalizeText(text, { form })
        expect(normalizeText(once, { form })).toBe(once)
      }),
    )
  })

  it.each(golden.punctuation)('normalises punctuation as Moses does: $language $text', (row) => {
    const language = row.language === 'pl' ? 'other' : row.language
    expect(normalizePunctuation(row.text, language)).toBe(row.normalized)
  })

  it('normalises punctuation before hard spaces are lost', () => {
    expect(normalizeText('1\u00A0000 «\u00A0oui\u00A0»\u00A0!', { punctuation: 'fr' })).toBe('1,000 "oui"!')
  })
})
