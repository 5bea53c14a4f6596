/**
 * Truecasing (Lita et al. 2003; train-truecaser.perl and truecase.perl of Moses): a word at the start of a sentence
 * is written as it is most often written elsewhere, so that `The` and `the` are one token and `Anna` stays `Anna`.
 */
import { z } from 'zod'
import { checkSaved } from './check.js'
import { sentenceStarts } from './sentence-starts.js'

const truecaserSchema = z.object({
  version: z.literal(1),
  best: z.array(z.string()),
  known: z.array(z.string()),
})
export type TruecaserJson = z.infer<typeof truecaserSchema>

const firstCasedLetter = /^\p{L}/u

export class Truecaser {
  private readonly best = new Map<string, string>()
  private readonly known: ReadonlySet<string>

  /**
   * @param best the most frequent way to write each word.
   * @param known the other ways seen; they are left as they are inside a sentence.
   */
  constructor(best: Iterable<string>, known: Iterable<string>) {
    for (const form of best) this.best.set(form.toLowerCase(), form)
    this.known = new Set(known)
  }

  /** Learns from how often each form occurs where a sentence does not start. The first form met wins a tie. */
  static fromCounts(counts: ReadonlyMap<string, number>): Truecaser {
    const best = new Map<string, { form: string; count: number }>()
    for (const [form, count] of counts) {
      const current = best.get(form.toLowerCase())
      if (!current || count > current.count) best.set(form.toLowerCase(), { form, count })
    }
    const forms = new Set(Array.from(best.values(), ({ form }) => form))
    return new Truecaser(
      forms,
      [...counts.keys()].filter((form) => !forms.has(form)),
    )
  }

  /** One token; `atStart` says that a sentence starts with it. */
  truecaseToken(token: string, atStart: boolean): string {
    if (!atStart && this.known.has(token)) return token
    return this.best.get(token.toLowerCase()) ?? token
  }

  truecase(tokens: readonly string[]): string[] {
    const starts = sentenceStarts(tokens)
    return tokens.map((token, i) => this.truecaseToken(token, starts[i] as boolean))
  }

  toJSON(): TruecaserJson {
    return { version: 1, best: [...this.best.values()], known: [...this.known] }
  }

  /** @throws CheckpointError when the value is not what {@link toJSON} writes. */
  static fromJSON(json: unknown): Truecaser {
    const { best, known } = checkSaved(truecaserSchema, json, 'truecaser')
    return new Truecaser(best, known)
  }
}

/** A capital for the first word of each sentence. */
export function capitalizeSentences(tokens: readonly string[]): string[] {
  const starts = sentenceStarts(tokens)
  return tokens.map((token, i) =>
    starts[i] ? token.replace(firstCasedLetter, (letter) => letter.toUpperCase()) : token,
  )
}
