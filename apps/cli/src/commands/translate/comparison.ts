/** Scores that are asked for by name, and the comparison with another system's output. */
import { readFile } from 'node:fs/promises'
import { DataError } from '@attentive/core'
import {
  createMetric,
  metricRegistry,
  type PairedBootstrapResult,
  pairedBootstrap,
  type TextMetric,
  type TextMetricName,
  textMetricNames,
} from '@attentive/nlp'
import { Option } from '@commander-js/extra-typings'

/** multi-bleu wants tokens, and is among the scores that are always there. */
const choices = textMetricNames.filter((name) => name !== 'multi-bleu')

export const metricOption = new Option(
  '--metric <name...>',
  'scores of the translations as people read them, in place of the usual ones',
).choices(choices)

export const baselineOption = new Option(
  '--baseline <file>',
  "another system's translations, one a line: is the difference more than luck? (default metrics: bleu chrf ter)",
)

/** The metrics of these names, blind to capitals where the translator writes none. */
export function metricsOf(names: readonly string[], lowercase: boolean): TextMetric[] {
  return (names as TextMetricName[]).map((name) => {
    const takesCase = 'lowercase' in metricRegistry[name].optionsSchema.shape
    return createMetric(name, takesCase ? { lowercase } : {}) as TextMetric
  })
}

/**
 * A system's output.
 * @throws DataError when it cannot be read, or has not one line for each sentence of the test set.
 */
export async function readBaseline(file: string, sentences: number): Promise<string[]> {
  const refuse = (expected: string, received: string, cause?: unknown): never => {
    throw new DataError({ argument: file, expected, received, cause })
  }
  const text = await readFile(file, 'utf8').catch((cause: Error) =>
    refuse('a readable file', cause.message, cause),
  )
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
  if (lines.length !== sentences) refuse(`${sentences} lines, as in the test set`, `${lines.length} lines`)
  return lines
}

export interface Outputs {
  baseline: string[]
  system: string[]
  references: string[]
}

export function compare(metrics: readonly TextMetric[], outputs: Outputs): PairedBootstrapResult[] {
  return metrics.map((metric) => pairedBootstrap(metric, outputs))
}

/** `BLEU|…: baseline 30.12, system 31.45, difference 1.33 ± 0.80 (95 %), p = 0.0120, better on 98.2 % of resamples`. */
export function comparisonText(result: PairedBootstrapResult): string {
  const { metric, signature, baseline, system, difference, pValue, wins } = result
  return [
    `${metric}|${signature}: baseline ${baseline.score.toFixed(2)}`,
    `system ${system.score.toFixed(2)}`,
    `difference ${difference.score.toFixed(2)} ± ${difference.halfWidth.toFixed(2)} (95 %)`,
    `p = ${pValue.toFixed(4)}`,
    `better on ${(100 * wins).toFixed(1)} % of the resampled test sets`,
  ].join(', ')
}
