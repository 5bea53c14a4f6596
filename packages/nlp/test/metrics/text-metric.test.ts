import { InvalidArgumentError } from '@attentive/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatFixed } from '../../src/metrics/format-fixed.js'
import { Bleu, textMetricNames } from '../../src/metrics/index.js'
import { splitWords } from '../../src/metrics/whitespace.js'
import { type Corpus, golden, metricFrom } from './golden.js'

const { hypotheses, references } = golden.corpora.english as Corpus

describe('sufficient statistics', () => {
  test.each(textMetricNames)(
    '%s: parts of a corpus, scored apart and merged, give the score of the whole',
    (name) => {
      const metric = metricFrom(name)
      const whole = metric.corpusScore(hypotheses, references)
      for (let cut = 0; cut <= hypotheses.length; cut++) {
        const parts = [metric.accumulator(), metric.accumulator()] as const
        hypotheses.forEach((hypothesis, i) => {
          parts[i < cut ? 0 : 1].add(hypothesis, references[i] as string[])
        })
        const merged = parts[0].merge(parts[1])
        expect(merged.numSentences).toBe(hypotheses.length)
        expect(merged.score().score).toBeCloseTo(whole.score, 10)
        expect(merged.score().signature).toBe(whole.signature)
      }
    },
  )

  test.each(textMetricNames)('%s: as many numbers as it says', (name) => {
    const metric = metricFrom(name)
    expect(metric.sentenceStatistics('a b', ['a c', 'b'])).toHaveLength(metric.numStatistics)
    expect(metric.accumulator().statistics).toHaveLength(metric.numStatistics)
  })

  test('different numbers of references show in the signature, also after merging', () => {
    const bleu = new Bleu()
    const one = bleu.accumulator().add('a', 'a')
    const two = bleu.accumulator().add('a', ['a', 'b'])
    expect(two.score().signature).toMatch(/^nrefs:2\|/)
    expect(one.merge(two).score().signature).toMatch(/^nrefs:var\|/)
    expect(one.merge(bleu.accumulator()).numSentences).toBe(2)
  })

  test('one reference may be given as a string or as a list of one', () => {
    const single = references.map(([reference]) => reference as string)
    expect(new Bleu().corpusScore(hypotheses, single)).toEqual(new Bleu().corpusScore(hypotheses, references))
  })
})

describe('refuses', () => {
  const bleu = new Bleu()

  test.each<[string, () => unknown, RegExp]>([
    [
      'lists of different lengths',
      () => bleu.corpusScore(['a', 'b'], ['a']),
      /references: expected as many entries as there are hypotheses \(2\), received 1\. Several references/,
    ],
    ['an empty corpus', () => bleu.corpusScore([], []), /hypotheses: expected at least one, received none/],
    [
      'a text instead of a list',
      () => bleu.corpusScore('a b' as never, ['a']),
      /hypotheses: expected an array, received string/,
    ],
    [
      'a missing hypothesis',
      () => bleu.corpusScore(['a', undefined as never], ['a', 'b']),
      /hypotheses\[1\]: expected a string, received undefined/,
    ],
    [
      'a sentence without references',
      () => bleu.corpusScore(['a', 'b'], ['a', []]),
      /references\[1\]: expected a string or a non-empty array of strings/,
    ],
    [
      'a null reference',
      () => bleu.sentenceScore('a', ['b', null as never]),
      /references\[0\]: .*, received \[string, null\]/,
    ],
    [
      'tokens instead of text',
      () => bleu.sentenceScore(['a', 'b'] as never, 'a b'),
      /hypotheses\[0\]: expected a string, received object/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidArgumentError)
    expect(call).toThrow(message)
  })
})

const anyText = fc.string({ unit: 'binary', maxLength: 30 })

test.each(textMetricNames)('%s neither fails nor leaves its range on any text', (name) =>
  fc.assert(
    fc.property(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 }), (hypothesis, references) => {
      const { score } = metricFrom(name).sentenceScore(hypothesis, references)
      expect(score).toBeGreaterThanOrEqual(0)
      if (name !== 'ter') expect(score).toBeLessThanOrEqual(100 + 1e-9)
    }),
  ),
)

test('numbers print as C prints them: exact ties to the even digit', () => {
  expect([31.25, 31.75, 6.35, -0.25].map((value) => formatFixed(value, 1))).toEqual([
    '31.2',
    '31.8',
    '6.3',
    '-0.2',
  ])
  expect([0.125, 0.375, 8.345, 36].map((value) => formatFixed(value, 2))).toEqual([
    '0.12',
    '0.38',
    '8.35',
    '36.00',
  ])
})

test('words are separated by what Python calls white space', () => {
  expect(splitWords('\u001ca\u0085b\u00a0c\u3000d\u2028e\t\n f ')).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(splitWords('a\ufeffb\u200bc\u180ed')).toEqual(['a\ufeffb\u200bc\u180ed'])
  expect(splitWords(' \t ')).toEqual([])
})
