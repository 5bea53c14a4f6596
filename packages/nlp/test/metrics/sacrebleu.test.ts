import { describe, expect, test } from 'vitest'
import { formatScore } from '../../src/metrics/index.js'
import { type Corpus, golden, metricFrom, versionField } from './golden.js'

const NUM_REFERENCES: Record<string, string> = { several: '3', variable: 'var' }

describe('corpus scores equal sacrebleu', () => {
  for (const { metric, options, name, signature, scores, lines } of golden.corpusCases)
    test(`${metric} ${JSON.stringify(options)}`, () => {
      for (const [corpus, expected] of Object.entries(scores)) {
        const { hypotheses, references } = golden.corpora[corpus] as Corpus
        const result = metricFrom(metric, options).corpusScore(hypotheses, references)
        expect(Math.abs(result.score - expected), `${corpus}: ${result.score}, not ${expected}`).toBeLessThan(
          1e-9,
        )
        expect(result.name).toBe(name)
        const order = 'maxOrder' in options ? `|order:${options.maxOrder}` : ''
        expect(result.signature).toBe(
          `nrefs:${NUM_REFERENCES[corpus] ?? 1}|${signature}${order}|${versionField}`,
        )
        if (lines[corpus]) expect(formatScore(result).split(' = ').slice(1).join(' = ')).toBe(lines[corpus])
      }
    })
})

describe('sentence scores equal sacrebleu', () => {
  for (const { metric, options, corpus, scores } of golden.sentenceCases)
    test(`${metric} on ${corpus}`, () => {
      const { hypotheses, references } = golden.corpora[corpus] as Corpus
      const scorer = metricFrom(metric, options)
      hypotheses.forEach((hypothesis, i) => {
        const { score } = scorer.sentenceScore(hypothesis, references[i] as string[])
        expect(score, JSON.stringify(hypothesis)).toBeCloseTo(scores[i] as number, 9)
      })
    })
})

describe('very long lines score as in sacrebleu', () => {
  const longLine = (count: number, drop: number) =>
    Array.from({ length: count }, (_, i) => `w${(7 * i * i + 3 * i) % 97}`)
      .filter((_, i) => drop === 0 || i % drop !== 0)
      .join(' ')

  for (const { metric, options, count, drop, score } of golden.longCases)
    test(`${metric} on ${count} words`, () => {
      const result = metricFrom(metric, options).sentenceScore(longLine(count, drop), longLine(count, 0))
      expect(result.score).toBeCloseTo(score, 9)
    })
})
