import { InvalidArgumentError, Rng } from '@attentive/core'
import { describe, expect, test } from 'vitest'
import { Bleu, ExactMatch, pairedBootstrap, Ter } from '../../src/metrics/index.js'
import { compareResamples, drawSamples } from '../../src/metrics/paired-bootstrap.js'
import { golden, metricFrom, versionField } from './golden.js'

const { baseline, system, references, samples, cases } = golden.bootstrap

describe.each(cases)('$metric', (expected) => {
  const metric = metricFrom(expected.metric)
  const statistics = (output: string[]) =>
    output.map((hypothesis, i) => metric.sentenceStatistics(hypothesis, [references[i] as string]))

  test('on given test sets, every number equals sacrebleu', () => {
    const pair = { baseline: statistics(baseline), system: statistics(system) }
    const result = compareResamples(metric, pair, samples)
    for (const [i, name] of (['baseline', 'system'] as const).entries()) {
      expect(result[name].score).toBeCloseTo(expected.scores[i] as number, 9)
      expect(result[name].mean).toBeCloseTo(expected.means[i] as number, 9)
      expect(result[name].halfWidth).toBeCloseTo(expected.halfWidths[i] as number, 9)
    }
    expect(result.pValue).toBeCloseTo(expected.pValue, 12)
    expect(result.wins).toBeCloseTo(expected.wins, 12)
  })

  test('on test sets of its own, the p-value agrees within the error of 1000 samples each', () => {
    const { pValue, system: bootstrapped } = pairedBootstrap(metric, { baseline, system, references })
    const p = expected.pairedTest.p_value
    expect(Math.abs(pValue - p)).toBeLessThan(4 * Math.sqrt((2 * p * (1 - p)) / 1000))
    expect(Math.abs(bootstrapped.mean - expected.pairedTest.mean)).toBeLessThan(0.5)
    expect(Math.abs(bootstrapped.halfWidth - expected.pairedTest.ci)).toBeLessThan(
      0.2 * expected.pairedTest.ci,
    )
  })
})

test('the same seed gives the same result, another seed other test sets', () => {
  const run = (seed: number) =>
    pairedBootstrap(new Bleu(), { baseline, system, references }, { numSamples: 50, seed })
  expect(run(1)).toEqual(run(1))
  expect(run(1).system.mean).not.toBe(run(2).system.mean)
  expect(run(1).signature).toBe(`nrefs:1|bs:50|seed:1|case:mixed|eff:no|tok:13a|smooth:exp|${versionField}`)
})

test('a system against itself: the difference is never significant, nobody wins', () => {
  const result = pairedBootstrap(new Bleu(), { baseline, system: baseline, references }, { numSamples: 100 })
  expect(result.wins).toBe(0)
  expect(result.pValue).toBeCloseTo(1 / 101, 12)
})

test('a system that is better on every sentence wins always, under TER with the smaller score', () => {
  const worse = references.map((reference) => reference.split(' ').slice(1).join(' '))
  const result = pairedBootstrap(
    new Ter(),
    { baseline: worse, system: references, references },
    { numSamples: 200 },
  )
  expect(result.wins).toBe(1)
  expect(result.pValue).toBeLessThan(0.01)
  expect(result.system.score).toBe(0)
})

test('exchanging the systems leaves the p-value', () => {
  const there = pairedBootstrap(new Bleu(), { baseline, system, references }, { numSamples: 100 })
  const back = pairedBootstrap(
    new Bleu(),
    { baseline: system, system: baseline, references },
    { numSamples: 100 },
  )
  expect(back.pValue).toBe(there.pValue)
  expect(back.wins).toBeCloseTo(1 - there.wins, 12)
})

test('of systems that are equally good, about 5 % differ by p < 0.025, and as many intervals exclude zero', () => {
  const rng = new Rng(9)
  const output = () => Array.from({ length: 200 }, () => [rng.nextInt(2), 1])
  const trials = 200
  let significant = 0
  let excluded = 0
  for (let i = 0; i < trials; i++) {
    const pair = { baseline: output(), system: output() }
    const { pValue, difference } = compareResamples(new ExactMatch(), pair, drawSamples(200, 200, i))
    if (pValue < 0.025) significant++
    if (Math.abs(difference.mean) > difference.halfWidth) excluded++
  }
  for (const share of [significant / trials, excluded / trials]) {
    expect(share).toBeGreaterThan(0.01)
    expect(share).toBeLessThan(0.11)
  }
})

test('drawn positions are uniform', () => {
  const counts = new Array<number>(10).fill(0)
  for (const positions of drawSamples(10, 1000, 4))
    for (const i of positions) counts[i] = (counts[i] as number) + 1
  // Chi-square with 9 degrees of freedom: below 27.9 in 99.9 % of the cases.
  expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9)
})

describe('refuses', () => {
  test.each([0, -1, 1.5, Number.NaN])('%s samples', (numSamples) => {
    const run = () => pairedBootstrap(new Bleu(), { baseline, system, references }, { numSamples })
    expect(run).toThrow(InvalidArgumentError)
    expect(run).toThrow(/numSamples: expected a positive integer/)
  })

  test('outputs that do not fit the references, and no sentences', () => {
    expect(() => pairedBootstrap(new Bleu(), { baseline, system: system.slice(1), references })).toThrow(
      /references: expected as many entries/,
    )
    expect(() => pairedBootstrap(new Bleu(), { baseline: [], system: [], references: [] })).toThrow(
      /expected at least one/,
    )
  })
})
