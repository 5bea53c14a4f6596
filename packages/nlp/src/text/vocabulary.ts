/** Vocabulary: tokens ↔ ids, ordered by frequency, with the special tokens first. */
import { DataError } from '@attentive/core'
import { z } from 'zod'
import { checkSaved } from './check.js'
import { compareCodePoints } from './code-points.js'

/** Special tokens, whose ids are their places: padding, unknown, begin and end of a sentence. */
export const specialTokens = ['<pad>', '<unk>', '<s>', '</s>'] as const
export const padId = 0
export const unknownId = 1
export const beginId = 2
export const endId = 3

export interface VocabularyOptions {
  /** Rarer tokens become unknown. Default 1. */
  minFrequency?: number
  /** Keeps the most frequent tokens, so that there are at most this many with the special ones. Default: no limit. */
  maxSize?: number
}

/** Ids of a token sequence, and the tokens that have none. */
export interface EncodedTokens {
  ids: number[]
  /** The tokens encoded as `<unk>`, in order, repetitions included. */
  unknown: string[]
}

const isSpecial = (token: string): boolean => (specialTokens as readonly string[]).includes(token)

const vocabularySchema = z.object({
  version: z.literal(1),
  tokens: z
    .array(z.string())
    .refine((tokens) => new Set(tokens).size === tokens.length, 'a token is there twice')
    .refine((tokens) => !tokens.some(isSpecial), 'a special token is among the others'),
})
export type VocabularyJson = z.infer<typeof vocabularySchema>

export class Vocabulary {
  private readonly ids = new Map<string, number>()
  /** Every token, its id being its place; starts with the special ones. */
  readonly tokens: readonly string[]

  /**
   * @param words the tokens after the special ones, in the order of their ids.
   * @throws DataError for a token given twice or equal to a special one.
   */
  constructor(words: readonly string[]) {
    this.tokens = [...specialTokens, ...words]
    words.forEach((word, i) => {
      if (this.ids.has(word) || isSpecial(word))
        throw new DataError({
          argument: `vocabulary token ${i + specialTokens.length}`,
          expected: 'a token that is neither special nor there already',
          received: JSON.stringify(word),
        })
      this.ids.set(word, i + specialTokens.length)
    })
  }

  /** The tokens counted often enough, by falling frequency, then by code points. Text that spells a special token is
   * not one: it is left out. */
  static fromCounts(counts: ReadonlyMap<string, number>, options: VocabularyOptions = {}): Vocabulary {
    const { minFrequency = 1, maxSize = Number.POSITIVE_INFINITY } = options
    const words = [...counts]
      .filter(([token, count]) => count >= minFrequency && !isSpecial(token))
      .sort(([a, countA], [b, countB]) => countB - countA || compareCodePoints(a, b))
      .slice(0, Math.max(0, maxSize - specialTokens.length))
    return new Vocabulary(words.map(([token]) => token))
  }

  get size(): number {
    return this.tokens.length
  }

  /** The id of a token, `unknownId` when it has none. A text that spells a special token is unknown. */
  id(token: string): number {
    return this.ids.get(token) ?? unknownId
  }

  has(token: string): boolean {
    return this.ids.has(token)
  }

  /** @throws DataError for a number that is no id. */
  token(id: number): string {
    const token = this.tokens[id]
    if (token === undefined)
      throw new DataError({
        argument: 'token id',
        expected: `an integer from 0 to ${this.size - 1}`,
        received: String(id),
        hint: 'The ids may come from another vocabulary.',
      })
    return token
  }

  encode(tokens: readonly string[]): EncodedTokens {
    const unknown: string[] = []
    const ids = tokens.map((token) => {
      const id = this.id(token)
      if (id === unknownId) unknown.push(token)
      return id
    })
    return { ids, unknown }
  }

  /** The tokens of a sentence: up to the first `</s>`, without `<s>` and `<pad>`. */
  decode(ids: Iterable<number>): string[] {
    const tokens: string[] = []
    for (const id of ids) {
      if (id === endId) break
      if (id !== padId && id !== beginId) tokens.push(this.token(id))
    }
    return tokens
  }

  toJSON(): VocabularyJson {
    return { version: 1, tokens: this.tokens.slice(specialTokens.length) }
  }

  /** @throws CheckpointError when the value is not what {@link toJSON} writes. */
  static fromJSON(json: unknown): Vocabulary {
    return new Vocabulary(checkSaved(vocabularySchema, json, 'vocabulary').tokens)
  }
}
