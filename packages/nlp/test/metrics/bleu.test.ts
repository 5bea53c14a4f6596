import { InvalidArgumentError } from '@attentive/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bleu, formatScore, MultiBleu } from '../../src/metrics/index.js'
import { clippedMatches } from '../../src/metrics/ngram-matches.js'
import { versionField } from './golden.js'

describe('BLEU by hand', () => {
  const hypothesis = 'the cat sat on the mat'
  const reference = 'the cat is on the mat'

  test('precisions 5/6, 3/5, 1/4 and, smoothed, half of 1/3', () => {
    const result = new Bleu().sentenceScore(hypothesis, reference)
    expect(result.counts).toEqual([5, 3, 1, 0])
    expect(result.totals).toEqual([6, 5, 4, 3])
    expect(result.score).toBeCloseTo(100 * ((5 / 6) * (3 / 5) * (1 / 4) * (1 / 6)) ** 0.25, 10)
  })

  test('without smoothing an order without a match makes the score zero', () => {
    expect(new Bleu({ smoothing: 'none' }).sentenceScore(hypothesis, reference).score).toBe(0)
  })

  test('a matched word counts at most as often as in one reference (the seven times "the" of the paper)', () => {
    const references = ['The cat is on the mat', 'There is a cat on the mat']
    const result = new Bleu({ lowercase: true }).sentenceScore('the the the the the the the', references)
    expect(result.counts[0]).toBe(2)
    expect(result.totals[0]).toBe(7)
  })

  test('the brevity penalty takes the closest reference length, of two equally close ones the shorter', () => {
    const shorter = new Bleu().sentenceScore('a b c', ['a b', 'a b c d'])
    expect(shorter.referenceLength).toBe(2)
    expect(shorter.brevityPenalty).toBe(1)
    const longer = new Bleu().sentenceScore('a b c', ['a b c d', 'a b c d e f'])
    expect(longer.referenceLength).toBe(4)
    expect(longer.brevityPenalty).toBeCloseTo(Math.exp(1 - 4 / 3), 12)
  })

  test('effective order leaves out orders that a short sentence cannot have', () => {
    expect(
      new Bleu({ effectiveOrder: true }).sentenceScore('good morning', 'good morning').score,
    ).toBeCloseTo(100)
    expect(new Bleu().sentenceScore('good morning', 'good morning').score).toBe(0)
  })

  test('prints as sacreBLEU does', () => {
    expect(formatScore(new Bleu().corpusScore(['a b c d e'], ['a b c d f']))).toBe(
      `BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|${versionField} = ` +
        '66.87 80.0/75.0/66.7/50.0 (BP = 1.000 ratio = 1.000 hyp_len = 5 ref_len = 5)',
    )
  })
})

describe('multi-bleu', () => {
  test('takes tokens as they stand and prints as multi-bleu.perl does', () => {
    const hypotheses = ['a b c d , e', 'f g h i']
    const references = ['a b c d , x', 'f g h i j']
    const result = new MultiBleu().corpusScore(hypotheses, references)
    expect(result.score).toBeCloseTo(
      100 * Math.exp(1 - 11 / 10) * ((9 / 10) * (7 / 8) * (5 / 6) * (3 / 4)) ** 0.25,
      10,
    )
    expect(result.details).toBe('90.0/87.5/83.3/75.0 (BP=0.905, ratio=0.909, hyp_len=10, ref_len=11)')
    const same = new Bleu({ tokenizer: 'none', smoothing: 'none' }).corpusScore(hypotheses, references)
    expect(result.score).toBe(same.score)
    expect(result.signature).toBe(same.signature)
  })

  test('ignores case when asked', () => {
    expect(new MultiBleu({ lowercase: true }).sentenceScore('A B C D', 'a b c d').score).toBeCloseTo(100)
    expect(new MultiBleu().sentenceScore('A B C D', 'a b c d').score).toBe(0)
  })
})

const sentence = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 14 })
const text = sentence.map((words) => words.join(' '))

/** The definition, word for word: n-grams as strings, counted and clipped. */
function naiveMatches(hypothesis: string[], references: string[][], maxOrder: number): number[] {
  const count = (words: string[], order: number) => {
    const counts = new Map<string, number>()
    for (let i = 0; i + order <= words.length; i++) {
      const ngram = words.slice(i, i + order).join(' ')
      counts.set(ngram, (counts.get(ngram) ?? 0) + 1)
    }
    return counts
  }
  return Array.from({ length: maxOrder }, (_, n) => {
    const inReferences = references.map((reference) => count(reference, n + 1))
    let matches = 0
    for (const [ngram, times] of count(hypothesis, n + 1))
      matches += Math.min(times, Math.max(...inReferences.map((counts) => counts.get(ngram) ?? 0)))
    return matches
  })
}

describe('properties', () => {
  test('clipped matches equal the definition for any number of references', () =>
    fc.assert(
      fc.property(sentence, fc.array(sentence, { minLength: 1, maxLength: 4 }), (hypothesis, references) => {
        expect(clippedMatches(hypothesis, references, 5)).toEqual(naiveMatches(hypothesis, references, 5))
      }),
    ))

  test('BLEU lies between 0 and 100, and is 100 for a sentence that equals a reference', () =>
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1, maxLength: 3 }), (hypothesis, references) => {
        const bleu = new Bleu({ effectiveOrder: true })
        const { score } = bleu.sentenceScore(hypothesis, references)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(100 + 1e-9)
        const equal = bleu.sentenceScore(hypothesis, [...references, hypothesis]).score
        expect(equal).toBeCloseTo(hypothesis === '' ? 0 : 100, 9)
      }),
    ))
})

describe('refuses', () => {
  test.each([
    [{ tokenizer: '13b' }, /^tokenizer: expected one of 13a, intl, zh, char, none, received '13b'/],
    [{ smoothing: 'laplace' }, /^smoothing: expected one of exp, floor, add-k, none/],
    [{ smoothing: 'exp', smoothingValue: 0.1 }, /^smoothingValue: expected no value.*Use smoothing 'floor'/],
    [{ smoothing: 'floor', smoothingValue: -1 }, /^smoothingValue: expected number to be >=0, received -1/],
    [{ maxOrder: 0 }, /^maxOrder: expected number to be >=1, received 0/],
    [{ maxOrder: 2.5 }, /^maxOrder: expected int, received 2.5/],
    [{ lowercase: 'yes' }, /^lowercase: expected boolean, received 'yes'/],
    [{ lowerCase: true }, /^options: expected only tokenizer, .*, received lowerCase/],
  ])('%j', (options, message) => {
    expect(() => new Bleu(options as never)).toThrow(InvalidArgumentError)
    expect(() => new Bleu(options as never)).toThrow(message)
  })
})
