/**
 * Every metric by its name. The command line takes its choices from this table, so a new metric is a file of its own and
 * one row here.
 */
import { InvalidArgumentError } from '@attentive/core'
import type { z } from 'zod'
import { Bleu, type BleuOptions, bleuOptionsSchema } from './bleu.js'
import { Chrf, type ChrfOptions, chrfOptionsSchema } from './chrf.js'
import { ExactMatch, type ExactMatchOptions, exactMatchOptionsSchema } from './exact-match.js'
import type { Metric } from './metric.js'
import { MultiBleu, type MultiBleuOptions, multiBleuOptionsSchema } from './multi-bleu.js'
import { Perplexity } from './perplexity.js'
import { Ter, type TerOptions, terOptionsSchema } from './ter.js'
import type { TextMetric } from './text-metric.js'
import { TokenAccuracy, type TokenAccuracyOptions, tokenAccuracyOptionsSchema } from './token-accuracy.js'

/** A row of the table: what a metric needs to be computed, and how it is made. */
export type MetricRow = { summary: string } & (
  | { input: 'text'; optionsSchema: z.ZodObject; create: (options?: never) => TextMetric }
  | { input: 'likelihood'; create: () => Metric }
)

export const metricRegistry = {
  bleu: {
    summary: 'BLEU as sacreBLEU computes it',
    input: 'text',
    optionsSchema: bleuOptionsSchema,
    create: (options?: BleuOptions) => new Bleu(options),
  },
  'multi-bleu': {
    summary: 'BLEU over given tokens, as multi-bleu.perl',
    input: 'text',
    optionsSchema: multiBleuOptionsSchema,
    create: (options?: MultiBleuOptions) => new MultiBleu(options),
  },
  chrf: {
    summary: 'chrF: F-score of character n-grams',
    input: 'text',
    optionsSchema: chrfOptionsSchema,
    create: (options?: ChrfOptions) => new Chrf(options),
  },
  'chrf++': {
    summary: 'chrF++: F-score of character n-grams, words and pairs of words',
    input: 'text',
    optionsSchema: chrfOptionsSchema,
    create: (options?: ChrfOptions) => new Chrf({ wordOrder: 2, ...options }),
  },
  ter: {
    summary: 'TER: edits and shifts per reference word (less is better)',
    input: 'text',
    optionsSchema: terOptionsSchema,
    create: (options?: TerOptions) => new Ter(options),
  },
  'exact-match': {
    summary: 'sentences equal to a reference',
    input: 'text',
    optionsSchema: exactMatchOptionsSchema,
    create: (options?: ExactMatchOptions) => new ExactMatch(options),
  },
  'token-accuracy': {
    summary: 'tokens equal to the reference token at the same position',
    input: 'text',
    optionsSchema: tokenAccuracyOptionsSchema,
    create: (options?: TokenAccuracyOptions) => new TokenAccuracy(options),
  },
  perplexity: {
    summary: 'exponential of the mean negative log-likelihood of a token (less is better)',
    input: 'likelihood',
    create: () => new Perplexity(),
  },
} satisfies Record<string, MetricRow>

type Registry = typeof metricRegistry

/** Name of a metric, on the command line too. */
export type MetricName = keyof Registry

/** Name of a metric that compares output with references. */
export type TextMetricName = {
  [N in MetricName]: Registry[N]['input'] extends 'text' ? N : never
}[MetricName]

/** The options that a metric takes. */
export type MetricOptions<N extends MetricName> = Parameters<Registry[N]['create']>[0]

export const metricNames = Object.keys(metricRegistry) as [MetricName, ...MetricName[]]

export const textMetricNames = metricNames.filter((name) => metricRegistry[name].input === 'text') as [
  TextMetricName,
  ...TextMetricName[],
]

/**
 * The metric of that name.
 *
 * @throws InvalidArgumentError for an unknown name, option or value.
 */
export function createMetric<N extends MetricName>(
  name: N,
  options?: MetricOptions<N>,
): ReturnType<Registry[N]['create']> {
  if (!Object.hasOwn(metricRegistry, name))
    throw new InvalidArgumentError({
      argument: 'metric',
      expected: `one of ${metricNames.join(', ')}`,
      received: `'${String(name)}'`,
    })
  const { create } = metricRegistry[name] as { create: (options?: MetricOptions<N>) => Metric }
  return create(options) as ReturnType<Registry[N]['create']>
}
