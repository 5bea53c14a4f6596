/**
 * Tokenised BLEU as Moses' multi-bleu.perl computes it, the number most papers before 2018 print: tokens are what
 * stands between spaces, nothing is smoothed. It compares only with scores from the same tokenization.
 */
import { z } from 'zod'
import { Bleu } from './bleu.js'
import { formatFixed } from './format-fixed.js'
import { parseOptions } from './options.js'

export interface MultiBleuOptions {
  /** Ignore case, as `multi-bleu.perl -lc` (which knows ASCII letters only; here all). Default false. */
  lowercase?: boolean
}

export const multiBleuOptionsSchema = z.strictObject({ lowercase: z.boolean().default(false) })

/** multi-bleu in percent. Equals `Bleu` with tokenizer `'none'` and smoothing `'none'`; prints as Moses does. */
export class MultiBleu extends Bleu {
  override readonly name = 'multi-bleu'

  /** @throws InvalidArgumentError for an unknown option or value. */
  constructor(options: MultiBleuOptions = {}) {
    super({ ...parseOptions(multiBleuOptionsSchema, options), tokenizer: 'none', smoothing: 'none' })
  }

  protected override formatDetails(
    precisions: readonly number[],
    brevityPenalty: number,
    hypothesisLength: number,
    referenceLength: number,
  ): string {
    const ratio = referenceLength ? hypothesisLength / referenceLength : 0
    return (
      `${precisions.map((p) => formatFixed(p, 1)).join('/')} (BP=${formatFixed(brevityPenalty, 3)}, ` +
      `ratio=${formatFixed(ratio, 3)}, hyp_len=${hypothesisLength}, ref_len=${referenceLength})`
    )
  }
}
