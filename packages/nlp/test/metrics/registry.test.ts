import { InvalidArgumentError } from '@attentive/core'
import { expect, expectTypeOf, test } from 'vitest'
import * as metrics from '../../src/metrics/index.js'
import {
  type Bleu,
  createMetric,
  type MetricName,
  metricNames,
  metricRegistry,
  type Perplexity,
} from '../../src/metrics/index.js'

/** The metric classes that the folder exports. */
const classes = Object.values(metrics).filter(
  (value): value is typeof metrics.Bleu =>
    typeof value === 'function' &&
    value.prototype instanceof metrics.Metric &&
    value !== (metrics.TextMetric as unknown),
)

test('every metric has a row', () => {
  const made = new Set(metricNames.map((name) => createMetric(name).constructor))
  expect(classes.filter((metric) => !made.has(metric)).map((metric) => metric.name)).toEqual([])
  expect(classes.length).toBeGreaterThan(0)
})

test.each(metricNames)('%s is a text metric exactly if it says so, and its options have defaults', (name) => {
  const row: metrics.MetricRow = metricRegistry[name]
  expect(createMetric(name) instanceof metrics.TextMetric).toBe(row.input === 'text')
  if (row.input === 'text') expect(row.optionsSchema.safeParse({}).success).toBe(true)
})

test.each(metrics.textMetricNames)('%s knows better from worse', (name) => {
  const metric: metrics.TextMetric = createMetric(name)
  const right = metric.sentenceScore('one two three four', 'one two three four').score
  const wrong = metric.sentenceScore('five one six two', 'one two three four').score
  expect(right).not.toBe(wrong)
  expect(right > wrong).toBe(metric.higherIsBetter)
})

test('options reach the metric', () => {
  expect(createMetric('bleu', { tokenizer: 'char' }).signature(1)).toMatch(/tok:char/)
  expect(createMetric('chrf++').name).toBe('chrF2++')
  expect(createMetric('chrf++', { beta: 3 }).name).toBe('chrF3++')
})

test('types follow the name', () => {
  expectTypeOf(createMetric('bleu')).toEqualTypeOf<Bleu>()
  expectTypeOf(createMetric('perplexity')).toEqualTypeOf<Perplexity>()
  expectTypeOf(createMetric<'bleu'>)
    .parameter(1)
    .toEqualTypeOf<metrics.BleuOptions | undefined>()
  expectTypeOf<metrics.TextMetricName>().toEqualTypeOf<Exclude<MetricName, 'perplexity'>>()
})

test.each(['rouge', '__proto__', 'constructor', ''])('refuses the name "%s"', (name) => {
  expect(() => createMetric(name as MetricName)).toThrow(InvalidArgumentError)
  expect(() => createMetric(name as MetricName)).toThrow(`metric: expected one of ${metricNames.join(', ')}`)
})
