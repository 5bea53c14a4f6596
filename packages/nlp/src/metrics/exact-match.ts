import { z } from 'zod'
import type { MetricScore, Statistics } from './metric.js'
import { parseOptions } from './options.js'
import type { SignatureFields } from './signature.js'
import { TextMetric } from './text-metric.js'

export interface ExactMatchOptions {
  /** Ignore case. Default false. */
  lowercase?: boolean
}

export const exactMatchOptionsSchema = z.strictObject({ lowercase: z.boolean().default(false) })

/** Sentences equal to one of their references, character by character, in percent. Statistics: equal, all. */
export class ExactMatch extends TextMetric {
  readonly name = 'exact match'
  readonly higherIsBetter = true
  readonly numStatistics = 2
  private readonly lowercase: boolean

  /** @throws InvalidArgumentError for an unknown option or value. */
  constructor(options: ExactMatchOptions = {}) {
    super()
    this.lowercase = parseOptions(exactMatchOptionsSchema, options).lowercase
  }

  sentenceStatistics(hypothesis: string, references: readonly string[]): Statistics {
    const fold = (text: string) => (this.lowercase ? text.toLowerCase() : text)
    const isEqual = references.some((reference) => fold(reference) === fold(hypothesis))
    return [isEqual ? 1 : 0, 1]
  }

  scoreFromStatistics(statistics: Statistics): MetricScore {
    const [equal, all] = statistics as [number, number]
    return { name: this.name, score: (100 * equal) / all, details: `(${equal} of ${all})` }
  }

  protected signatureFields(): SignatureFields {
    return { case: this.lowercase ? 'lc' : 'mixed' }
  }
}
