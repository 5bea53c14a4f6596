/**
 * Paired bootstrap resampling (Koehn 2004, "Statistical significance tests for machine translation evaluation"): test
 * sets of the same size are drawn from the test set with replacement, and both systems are scored on each.
 */
import { InvalidArgumentError, Rng } from '@attentive/core'
import type { Metric, Statistics } from './metric.js'
import { checkCorpus, checkSentence, type References, type TextMetric } from './text-metric.js'

export interface PairedBootstrapOptions {
  /** Number of test sets drawn. Default 1000. */
  numSamples?: number
  /** The same seed draws the same test sets, whatever the metric and the systems. Default 12345. */
  seed?: number
}

export interface PairedOutputs {
  /** Sentences of the system compared with. */
  baseline: readonly string[]
  /** Sentences of the system in question. */
  system: readonly string[]
  references: readonly References[]
}

export interface BootstrappedScore {
  /** On the test set as it is. */
  readonly score: number
  /** Over the drawn test sets. */
  readonly mean: number
  /** Half the width of the 95 % confidence interval around the mean. */
  readonly halfWidth: number
}

export interface PairedBootstrapResult {
  readonly metric: string
  readonly signature: string
  readonly baseline: BootstrappedScore
  readonly system: BootstrappedScore
  /** The system's score minus the baseline's. */
  readonly difference: BootstrappedScore
  /**
   * How often a difference as large as the observed one arises by chance, as sacreBLEU and Moses define it:
   * `(#{i : |Δ_i| − mean |Δ| > |Δ|} + 1) / (samples + 1)`. Because absolute differences are centred, this acts like a
   * one-sided value: about one in ten pairs of equally good systems falls below 0.05. For a two-sided test at 5 % ask
   * for less than 0.025, or see whether `difference` plus or minus its half width excludes zero.
   */
  readonly pValue: number
  /** Share of the drawn test sets on which the system is strictly better: Koehn's confidence that it is. */
  readonly wins: number
}

/**
 * Whether one system is better than another, or was only lucky with the test set.
 *
 * ```ts
 * const { pValue } = pairedBootstrap(new Bleu(), { baseline, system, references })
 * ```
 *
 * @throws InvalidArgumentError where outputs and references differ in length, or an option makes no sense.
 */
export function pairedBootstrap(
  metric: TextMetric,
  { baseline, system, references }: PairedOutputs,
  { numSamples = 1000, seed = 12345 }: PairedBootstrapOptions = {},
): PairedBootstrapResult {
  if (!Number.isSafeInteger(numSamples) || numSamples < 1)
    throw new InvalidArgumentError({
      argument: 'numSamples',
      expected: 'a positive integer',
      received: String(numSamples),
    })
  const statisticsOf = (output: readonly string[]) => corpusStatistics(metric, output, references)
  const pair = { baseline: statisticsOf(baseline), system: statisticsOf(system) }
  const counts = new Set(references.map((entry) => (typeof entry === 'string' ? 1 : entry.length)))
  const [numReferences] = counts
  return {
    metric: metric.name,
    signature: metric.signature(counts.size === 1 ? (numReferences as number) : 'var', {
      bs: numSamples,
      seed,
    }),
    ...compareResamples(metric, pair, drawSamples(references.length, numSamples, seed)),
  }
}

/**
 * Test sets drawn with replacement, as sentence positions. Each array is valid until the next one is drawn.
 */
export function* drawSamples(numSentences: number, numSamples: number, seed: number): Generator<Uint32Array> {
  const rng = new Rng(seed)
  const positions = new Uint32Array(numSentences)
  for (let i = 0; i < numSamples; i++) {
    for (let j = 0; j < numSentences; j++) positions[j] = rng.nextInt(numSentences)
    yield positions
  }
}

/** The test on sufficient statistics of two systems and given test sets. */
export function compareResamples(
  metric: Metric,
  { baseline, system }: { baseline: readonly Statistics[]; system: readonly Statistics[] },
  samples: Iterable<ArrayLike<number>>,
): Omit<PairedBootstrapResult, 'metric' | 'signature'> {
  const baselineScores: number[] = []
  const systemScores: number[] = []
  for (const positions of samples) {
    baselineScores.push(scoreOf(metric, baseline, positions))
    systemScores.push(scoreOf(metric, system, positions))
  }
  const everything = baseline.map((_, i) => i)
  const baselineScore = scoreOf(metric, baseline, everything)
  const systemScore = scoreOf(metric, system, everything)
  const differences = systemScores.map((score, i) => score - (baselineScores[i] as number))
  const difference = systemScore - baselineScore
  const sign = metric.higherIsBetter ? 1 : -1
  return {
    baseline: summarize(baselineScore, baselineScores),
    system: summarize(systemScore, systemScores),
    difference: summarize(difference, differences),
    pValue: pValue(differences.map(Math.abs), Math.abs(difference)),
    wins: differences.filter((sample) => sign * sample > 0).length / differences.length,
  }
}

function pValue(differences: readonly number[], observed: number): number {
  const center = mean(differences)
  const exceeding = differences.filter((difference) => difference - center > observed).length
  return (exceeding + 1) / (differences.length + 1)
}

function summarize(score: number, sampleScores: readonly number[]): BootstrappedScore {
  const sorted = Float64Array.from(sampleScores).sort()
  const cut = Math.floor(sorted.length / 40)
  const width = (sorted.at(-1 - cut) as number) - (sorted[cut] as number)
  return { score, mean: mean(sampleScores), halfWidth: width / 2 }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The score of a drawn test set. */
function scoreOf(metric: Metric, statistics: readonly Statistics[], positions: ArrayLike<number>): number {
  const sums = new Array<number>(metric.numStatistics).fill(0)
  for (let i = 0; i < positions.length; i++) {
    const sentence = statistics[positions[i] as number] as Statistics
    for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] as number) + (sentence[k] as number)
  }
  return metric.scoreFromStatistics(sums).score
}

function corpusStatistics(
  metric: TextMetric,
  hypotheses: readonly string[],
  references: readonly References[],
): Statistics[] {
  checkCorpus(hypotheses, references)
  if (hypotheses.length === 0)
    throw new InvalidArgumentError({ argument: 'references', expected: 'at least one', received: 'none' })
  return hypotheses.map((hypothesis, i) =>
    metric.sentenceStatistics(hypothesis, checkSentence(hypothesis, references[i] as References, i)),
  )
}
