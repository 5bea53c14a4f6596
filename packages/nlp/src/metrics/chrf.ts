/**
 * chrF (Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation") and chrF++ (Popović 2017), by the
 * definition of sacreBLEU: `(1 + β²) · P · R / (β² · P + R)`, where P and R are the means of the n-gram precisions and
 * recalls over all character orders (and, for chrF++, word orders one and two).
 */
import { z } from 'zod'
import type { MetricScore, Statistics } from './metric.js'
import { clippedMatches, countNgrams } from './ngram-matches.js'
import { parseOptions } from './options.js'
import type { SignatureFields } from './signature.js'
import { TextMetric } from './text-metric.js'
import { splitWords } from './whitespace.js'

export interface ChrfOptions {
  /** Greatest character n-gram order. Default 6. */
  charOrder?: number
  /** Greatest word n-gram order: 0 (default) is chrF, 2 is chrF++. */
  wordOrder?: number
  /** How many times more recall weighs than precision. Default 2. */
  beta?: number
  /** Ignore case. Default false. */
  lowercase?: boolean
  /** Let character n-grams span and contain white space. Default false. */
  whitespace?: boolean
  /**
   * Mean of the F-scores of all orders, with 1e-16 for what is undefined, as chrF++.py, NLTK and Moses compute it,
   * instead of the F-score of the means over those orders that exist. Default false.
   */
  epsilonSmoothing?: boolean
}

export interface ChrfScore extends MetricScore {
  readonly charOrder: number
  readonly wordOrder: number
  readonly beta: number
}

export const chrfOptionsSchema = z.strictObject({
  charOrder: z.int().min(1).default(6),
  wordOrder: z.int().min(0).default(0),
  beta: z.number().positive().default(2),
  lowercase: z.boolean().default(false),
  whitespace: z.boolean().default(false),
  epsilonSmoothing: z.boolean().default(false),
})

const EPSILON = 1e-16

interface Ngrams {
  characters: string[]
  words: string[]
}

/** chrF in percent. Statistics: for each order n-grams of the hypothesis, of the reference, and matches. */
export class Chrf extends TextMetric<ChrfScore> {
  readonly name: string
  readonly higherIsBetter = true
  readonly numStatistics: number
  private readonly options: z.output<typeof chrfOptionsSchema>

  /** @throws InvalidArgumentError for an unknown option or value. */
  constructor(options: ChrfOptions = {}) {
    super()
    this.options = parseOptions(chrfOptionsSchema, options)
    const { charOrder, wordOrder, beta } = this.options
    this.name = `chrF${beta}${'+'.repeat(wordOrder)}`
    this.numStatistics = 3 * (charOrder + wordOrder)
  }

  /** Of several references, the one with the best sentence score counts. */
  sentenceStatistics(hypothesis: string, references: readonly string[]): Statistics {
    const units = this.units(hypothesis)
    let best: Statistics = []
    let bestScore = -1
    for (const reference of references) {
      const statistics = this.pairStatistics(units, this.units(reference))
      const score = this.fScore(statistics)
      if (score <= bestScore) continue
      bestScore = score
      best = statistics
    }
    return best
  }

  scoreFromStatistics(statistics: Statistics): ChrfScore {
    const { charOrder, wordOrder, beta } = this.options
    return { name: this.name, score: this.fScore(statistics), details: '', charOrder, wordOrder, beta }
  }

  protected signatureFields(): SignatureFields {
    const { lowercase, epsilonSmoothing, charOrder, wordOrder, whitespace } = this.options
    return {
      case: lowercase ? 'lc' : 'mixed',
      eff: !epsilonSmoothing,
      nc: charOrder,
      nw: wordOrder,
      space: whitespace,
    }
  }

  private units(sentence: string): Ngrams {
    const { lowercase, whitespace, wordOrder } = this.options
    const line = lowercase ? sentence.toLowerCase() : sentence
    const words = splitWords(line)
    return {
      characters: [...(whitespace ? line : words.join(''))],
      words: wordOrder === 0 ? [] : words.flatMap(separatePunctuation),
    }
  }

  private pairStatistics(hypothesis: Ngrams, reference: Ngrams): Statistics {
    const { charOrder, wordOrder } = this.options
    return [
      ...ngramStatistics(hypothesis.characters, reference.characters, charOrder),
      ...ngramStatistics(hypothesis.words, reference.words, wordOrder),
    ]
  }

  private fScore(statistics: Statistics): number {
    const { beta, epsilonSmoothing } = this.options
    const weight = beta ** 2
    const numOrders = statistics.length / 3
    let sumOfScores = 0
    let sumOfPrecisions = 0
    let sumOfRecalls = 0
    let effectiveOrders = 0
    for (let i = 0; i < statistics.length; i += 3) {
      const [inHypothesis, inReference, matches] = statistics.slice(i, i + 3) as [number, number, number]
      const precision = inHypothesis > 0 ? matches / inHypothesis : EPSILON
      const recall = inReference > 0 ? matches / inReference : EPSILON
      const denominator = weight * precision + recall
      sumOfScores += denominator > 0 ? ((1 + weight) * precision * recall) / denominator : EPSILON
      if (inHypothesis === 0 || inReference === 0) continue
      sumOfPrecisions += precision
      sumOfRecalls += recall
      effectiveOrders++
    }
    if (epsilonSmoothing) return (100 * sumOfScores) / numOrders
    if (sumOfPrecisions + sumOfRecalls === 0) return 0
    const precision = sumOfPrecisions / effectiveOrders
    const recall = sumOfRecalls / effectiveOrders
    return (100 * (1 + weight) * precision * recall) / (weight * precision + recall)
  }
}

/** For n = 1 … maxOrder: n-grams of the hypothesis (0 where the reference has none), of the reference, matches. */
function ngramStatistics(
  hypothesis: readonly string[],
  reference: readonly string[],
  maxOrder: number,
): number[] {
  return clippedMatches(hypothesis, [reference], maxOrder).flatMap((matches, n) => {
    const inReference = countNgrams(reference.length, n + 1)
    const inHypothesis = inReference > 0 ? countNgrams(hypothesis.length, n + 1) : 0
    return [inHypothesis, inReference, matches]
  })
}

const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')

/** One punctuation mark split off a word, at its end or else at its beginning: `(hi)` gives `(hi` and `)`. */
function separatePunctuation(word: string): string[] {
  if (word.length === 1) return [word]
  if (PUNCTUATION.has(word.at(-1) as string)) return [word.slice(0, -1), word.slice(-1)]
  if (PUNCTUATION.has(word[0] as string)) return [word.slice(0, 1), word.slice(1)]
  return [word]
}
