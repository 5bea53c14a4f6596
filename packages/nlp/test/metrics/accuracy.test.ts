import { InvalidArgumentError, NumericalError } from '@attentive/core'
import { describe, expect, test } from 'vitest'
import { ExactMatch, Perplexity, perplexity, TokenAccuracy } from '../../src/metrics/index.js'
import { versionField } from './golden.js'

describe('exact match', () => {
  test('counts outputs that equal any of their references', () => {
    const result = new ExactMatch().corpusScore(
      ['2024-01-02', '2024-01-03', 'a', ''],
      ['2024-01-02', '2024-03-01', ['b', 'a'], ''],
    )
    expect(result.score).toBe(75)
    expect(result.details).toBe('(3 of 4)')
    expect(result.signature).toBe(`nrefs:var|case:mixed|${versionField}`)
  })

  test('distinguishes case and white space unless told otherwise', () => {
    expect(new ExactMatch().sentenceScore('Ja', 'ja').score).toBe(0)
    expect(new ExactMatch({ lowercase: true }).sentenceScore('Ja', 'ja').score).toBe(100)
    expect(new ExactMatch({ lowercase: true }).sentenceScore('ja ', 'ja').score).toBe(0)
  })
})

describe('token accuracy', () => {
  test('compares tokens by position, missing and superfluous ones being wrong', () => {
    const accuracy = new TokenAccuracy()
    expect(accuracy.sentenceScore('a b x', 'a b c').score).toBeCloseTo(200 / 3, 10)
    expect(accuracy.sentenceScore('a', 'a b c d').score).toBe(25)
    expect(accuracy.sentenceScore('a b c d', 'a').score).toBe(25)
    expect(accuracy.sentenceScore('b a', 'a b').score).toBe(0)
    expect(accuracy.sentenceScore('', '').score).toBe(100)
  })

  test('weighs sentences by their tokens', () => {
    expect(new TokenAccuracy().corpusScore(['a b c', 'x'], ['a b c', 'y']).score).toBe(75)
  })

  test('of several references the one that agrees most counts', () => {
    expect(new TokenAccuracy().sentenceScore('a b', ['a b c d e', 'a x']).score).toBe(50)
    expect(new TokenAccuracy().sentenceScore('a b', ['x y', 'a b c', 'a']).score).toBeCloseTo(200 / 3, 10)
  })

  test('tokenizes as BLEU does when asked', () => {
    expect(new TokenAccuracy().sentenceScore('a b!', 'a b.').score).toBe(50)
    expect(new TokenAccuracy({ tokenizer: '13a' }).sentenceScore('a b!', 'a b.').score).toBeCloseTo(
      200 / 3,
      10,
    )
    expect(new TokenAccuracy({ tokenizer: 'char', lowercase: true }).sentenceScore('AB', 'a b').score).toBe(
      100,
    )
  })
})

describe('perplexity', () => {
  test('of a uniform distribution is its number of choices', () => {
    expect(perplexity(12 * Math.log(7), 12)).toBeCloseTo(7, 10)
    expect(perplexity(0, 3)).toBe(1)
  })

  test('adds up over batches by sums, not by means of perplexities', () => {
    const { score } = new Perplexity().scoreFromStatistics([10 * Math.log(2) + 30 * Math.log(4), 40])
    expect(score).toBeCloseTo(2 ** (70 / 40), 10)
  })

  test('refuses no tokens and NaN', () => {
    expect(() => perplexity(1, 0)).toThrow(InvalidArgumentError)
    expect(() => perplexity(1, Number.NaN)).toThrow(/numTokens: expected a positive number, received NaN/)
    expect(() => perplexity(Number.NaN, 4)).toThrow(NumericalError)
  })
})
