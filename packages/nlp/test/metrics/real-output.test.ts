/**
 * Metrics on what a translator of ours really said: scores of sacrebleu, and of multi-bleu as tools/golden/real_output.py
 * computes it, which also made the sentences.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatScore } from '../../src/metrics/index.js'
import { metricFrom } from './golden.js'

interface MultiBleu {
  score: number
  precisions: number[]
  brevityPenalty: number
  outputLength: number
  referenceLength: number
}

interface RealOutput {
  hypotheses: string[]
  references: string[]
  cases: { metric: 'bleu' | 'chrf' | 'ter'; options: object; score: number; line: string }[]
  tokenized: { hypotheses: string[]; references: string[] }
  multiBleu: Record<'mixed' | 'lowercase', MultiBleu>
}

const { hypotheses, references, cases, tokenized, multiBleu } = JSON.parse(
  readFileSync(new URL('../golden/real-output.json', import.meta.url), 'utf8'),
) as RealOutput

describe('a hundred translations by beam search', () => {
  it('are neither all right nor all wrong', () => {
    expect(hypotheses).toHaveLength(100)
    const [bleu] = cases
    expect(bleu?.score).toBeGreaterThan(20)
    expect(bleu?.score).toBeLessThan(80)
  })

  it.each(cases)('have the $metric of sacrebleu, $options', ({ metric, options, score, line }) => {
    const result = metricFrom(metric, options).corpusScore(hypotheses, references)
    expect(Math.abs(result.score - score)).toBeLessThan(1e-6)
    expect(formatScore(result).split(' = ').slice(1).join(' = ')).toBe(line)
  })

  it.each(['mixed', 'lowercase'] as const)('have the multi-bleu that its definition gives (%s)', (casing) => {
    const expected = multiBleu[casing]
    const options = { lowercase: casing === 'lowercase' }
    const result = metricFrom('multi-bleu', options).corpusScore(tokenized.hypotheses, tokenized.references)
    expect(Math.abs(result.score - expected.score)).toBeLessThan(1e-6)
    const { precisions, brevityPenalty, outputLength, referenceLength } = expected
    expect(result.details).toBe(
      `${precisions.map((p) => p.toFixed(1)).join('/')} (BP=${brevityPenalty.toFixed(3)}, ` +
        `ratio=${(outputLength / referenceLength).toFixed(3)}, hyp_len=${outputLength}, ref_len=${referenceLength})`,
    )
  })
})
