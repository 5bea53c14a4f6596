/**
 * TER, translation edit rate (Snover et al. 2006): edits (insertions, deletions, substitutions of words and shifts of
 * blocks) that turn the hypothesis into its nearest reference, over the mean length of the references. By the
 * definition of sacreBLEU, which follows the authors' Tercom.
 */
import { z } from 'zod'
import type { MetricScore, Statistics } from './metric.js'
import { parseOptions } from './options.js'
import type { SignatureFields } from './signature.js'
import { tokenizeTercom } from './tercom-tokenizer.js'
import { TextMetric } from './text-metric.js'
import { countEdits } from './translation-edit-rate.js'

export interface TerOptions {
  /** Separate punctuation from words and decode `&quot;`, `&amp;`, `&lt;`, `&gt;`. Default false. */
  normalized?: boolean
  /** Remove the punctuation marks `. , ? : ; ! " ( )`. Default false. */
  noPunctuation?: boolean
  /** With `normalized`, split East Asian text into characters; with `noPunctuation`, remove its marks. Default false. */
  asianSupport?: boolean
  /** Distinguish upper-case and lower-case letters. Default false. */
  caseSensitive?: boolean
}

export interface TerScore extends MetricScore {
  readonly numEdits: number
  /** Words of the references; of several references of one sentence their mean. */
  readonly referenceLength: number
}

export const terOptionsSchema = z.strictObject({
  normalized: z.boolean().default(false),
  noPunctuation: z.boolean().default(false),
  asianSupport: z.boolean().default(false),
  caseSensitive: z.boolean().default(false),
})

/** TER in percent; less is better. Statistics: edits, reference length. */
export class Ter extends TextMetric<TerScore> {
  readonly name = 'TER'
  readonly higherIsBetter = false
  readonly numStatistics = 2
  private readonly options: z.output<typeof terOptionsSchema>

  /** @throws InvalidArgumentError for an unknown option or value. */
  constructor(options: TerOptions = {}) {
    super()
    this.options = parseOptions(terOptionsSchema, options)
  }

  sentenceStatistics(hypothesis: string, references: readonly string[]): Statistics {
    const words = tokenizeTercom(hypothesis, this.options)
    const referenceWords = references.map((reference) => tokenizeTercom(reference, this.options))
    const totalLength = referenceWords.reduce((sum, reference) => sum + reference.length, 0)
    return [
      Math.min(...referenceWords.map((reference) => countEdits(words, reference))),
      totalLength / references.length,
    ]
  }

  /** With no reference words at all, 100 if there are edits and 0 if there are none. */
  scoreFromStatistics(statistics: Statistics): TerScore {
    const [numEdits, referenceLength] = statistics as [number, number]
    const rate = referenceLength > 0 ? numEdits / referenceLength : Math.min(numEdits, 1)
    return { name: this.name, score: 100 * rate, details: '', numEdits, referenceLength }
  }

  protected signatureFields(): SignatureFields {
    const { normalized, noPunctuation, asianSupport, caseSensitive } = this.options
    return {
      case: caseSensitive ? 'mixed' : 'lc',
      tok: 'tercom',
      norm: normalized,
      punct: !noPunctuation,
      asian: asianSupport,
    }
  }
}
