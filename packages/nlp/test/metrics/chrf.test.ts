import { InvalidArgumentError } from '@attentive/core'
import { describe, expect, test } from 'vitest'
import { Chrf } from '../../src/metrics/index.js'

describe('chrF by hand', () => {
  test('is the F-score of mean precision and mean recall', () => {
    // Characters a, b, c against a, b, d, e: 2 of 3 and 2 of 4 match; pairs ab, bc against ab, bd, de: 1 of 2, 1 of 3.
    const precision = (2 / 3 + 1 / 2) / 2
    const recall = (2 / 4 + 1 / 3) / 2
    const { score, name } = new Chrf({ charOrder: 2 }).sentenceScore('abc', 'ab de')
    expect(score).toBeCloseTo((100 * 5 * precision * recall) / (4 * precision + recall), 10)
    expect(name).toBe('chrF2')
  })

  test('beta weighs recall', () => {
    const short = (beta: number) => new Chrf({ beta }).sentenceScore('the cat', 'the cat sat').score
    expect(short(1)).toBeGreaterThan(short(2))
    expect(short(2)).toBeGreaterThan(short(3))
  })

  test('chrF++ adds words, with one punctuation mark split off each', () => {
    const { score, name } = new Chrf({ charOrder: 1, wordOrder: 2 }).sentenceScore('cat!', 'cat ?')
    // Characters: 3 of 4 on both sides; words "cat" "!" against "cat" "?": 1 of 2; pairs: 0 of 1.
    const mean = (3 / 4 + 1 / 2 + 0) / 3
    expect(score).toBeCloseTo(100 * mean, 10)
    expect(name).toBe('chrF2++')
  })

  test('counts Unicode code points, not UTF-16 units', () => {
    // 😀 and 😁 share their first UTF-16 unit, but no character.
    expect(new Chrf().sentenceScore('😀', '😁').score).toBe(0)
  })

  test('white space counts only when asked', () => {
    expect(new Chrf().sentenceScore('a b', 'ab').score).toBeCloseTo(100, 10)
    expect(new Chrf({ whitespace: true }).sentenceScore('a b', 'ab').score).toBeLessThan(100)
  })

  test('of several references the best one counts', () => {
    const chrf = new Chrf()
    const references = ['a dog ran', 'the cat sat here', 'the cats']
    const single = references.map((reference) => chrf.sentenceScore('the cat sat', reference).score)
    expect(chrf.sentenceScore('the cat sat', references).score).toBe(Math.max(...single))
  })
})

describe('refuses', () => {
  test.each([
    [{ charOrder: 0 }, /^charOrder: expected number to be >=1/],
    [{ wordOrder: -1 }, /^wordOrder: expected number to be >=0/],
    [{ beta: 0 }, /^beta: expected number to be >0/],
    [{ beta: Number.NaN }, /^beta: expected number, received NaN/],
  ])('%j', (options, message) => {
    expect(() => new Chrf(options)).toThrow(InvalidArgumentError)
    expect(() => new Chrf(options)).toThrow(message)
  })
})
