/** Golden values of sacrebleu, written by tools/golden/metrics.py. */
import { readFileSync } from 'node:fs'
import manifest from '../../package.json' with { type: 'json' }
import { createMetric, type MetricName, type TextMetric } from '../../src/metrics/index.js'

/** The last field of every signature. */
export const versionField = `version:attentive-${manifest.version}`

export interface Corpus {
  hypotheses: string[]
  references: string[][]
}

interface Request {
  metric: 'bleu' | 'chrf' | 'ter'
  options: Record<string, unknown>
}

interface Golden {
  corpora: Record<string, Corpus>
  corpusCases: (Request & {
    name: string
    signature: string
    scores: Record<string, number>
    lines: Record<string, string>
  })[]
  sentenceCases: (Request & { corpus: string; scores: number[] })[]
  longCases: (Request & { count: number; drop: number; score: number })[]
  editCases: { hypothesis: string; reference: string; edits: number }[]
  bootstrap: {
    baseline: string[]
    system: string[]
    references: string[]
    samples: number[][]
    cases: (Pick<Request, 'metric'> & {
      scores: [number, number]
      means: [number, number]
      halfWidths: [number, number]
      pValue: number
      wins: number
      pairedTest: { p_value: number; mean: number; ci: number }
    })[]
  }
}

export const golden = JSON.parse(
  readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8'),
) as Golden

/** A metric with options that come from data. */
export function metricFrom(name: MetricName, options: object = {}): TextMetric {
  return createMetric(name, options as never) as TextMetric
}
