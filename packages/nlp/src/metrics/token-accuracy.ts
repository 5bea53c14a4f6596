import { z } from 'zod'
import { type BleuTokenizerName, bleuTokenizerNames, tokenizeForBleu } from './bleu-tokenizers.js'
import type { MetricScore, Statistics } from './metric.js'
import { parseOptions } from './options.js'
import type { SignatureFields } from './signature.js'
import { TextMetric } from './text-metric.js'

export interface TokenAccuracyOptions {
  /** How text becomes tokens, as for BLEU. Default `'none'`: tokens stand between spaces. */
  tokenizer?: BleuTokenizerName
  /** Ignore case. Default false. */
  lowercase?: boolean
}

export const tokenAccuracyOptionsSchema = z.strictObject({
  tokenizer: z.enum(bleuTokenizerNames).default('none'),
  lowercase: z.boolean().default(false),
})

/**
 * Positions at which hypothesis and reference have the same token, in percent of the positions of the longer of the
 * two: a missing and a superfluous token both count as wrong. Of several references the one with most agreement
 * counts. Statistics: equal positions, all positions.
 */
export class TokenAccuracy extends TextMetric {
  readonly name = 'token accuracy'
  readonly higherIsBetter = true
  readonly numStatistics = 2
  private readonly options: z.output<typeof tokenAccuracyOptionsSchema>

  /** @throws InvalidArgumentError for an unknown option or value. */
  constructor(options: TokenAccuracyOptions = {}) {
    super()
    this.options = parseOptions(tokenAccuracyOptionsSchema, options)
  }

  sentenceStatistics(hypothesis: string, references: readonly string[]): Statistics {
    const tokens = tokenizeForBleu(hypothesis, this.options)
    return references
      .map((reference) => compare(tokens, tokenizeForBleu(reference, this.options)))
      .reduce((best, candidate) => (share(candidate) > share(best) ? candidate : best))
  }

  /** Where there are no tokens on either side, nothing is wrong: 100. */
  scoreFromStatistics(statistics: Statistics): MetricScore {
    const [equal, all] = statistics as [number, number]
    return { name: this.name, score: 100 * share([equal, all]), details: `(${equal} of ${all})` }
  }

  protected signatureFields(): SignatureFields {
    return { case: this.options.lowercase ? 'lc' : 'mixed', tok: this.options.tokenizer }
  }
}

type Counts = [equal: number, all: number]

function compare(tokens: readonly string[], reference: readonly string[]): Counts {
  const equal = tokens.filter((token, i) => token === reference[i]).length
  return [equal, Math.max(tokens.length, reference.length)]
}

function share([equal, all]: Counts): number {
  return all === 0 ? 1 : equal / all
}
