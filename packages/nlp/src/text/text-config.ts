/** The settings of text processing: one schema for code, configuration files and saved models. */
import { z } from 'zod'
import { punctuationLanguages } from './punctuation.js'
import { stemmerNames } from './stemmers.js'
import { stopWordLanguages } from './stop-words.js'
import { tokenizerSchema } from './tokenizers/registry.js'

const normalizeSchema = z.strictObject({
  form: z.enum(['NFC', 'NFKC', 'none']).default('NFC'),
  punctuation: z.union([z.enum(punctuationLanguages), z.literal(false)]).default(false),
})

const subwordSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('bpe'),
    /** Number of merges to learn. */
    merges: z.int().min(1).max(1_000_000),
    /** Pairs that occur less often are not merged. */
    minFrequency: z.int().min(1).default(2),
  }),
])

export const textConfigSchema = z.strictObject({
  /** `false` takes the text as it is. */
  normalize: z.union([normalizeSchema, z.literal(false)]).prefault({}),
  tokenizer: tokenizerSchema.prefault({ type: 'moses' }),
  /** `truecase` learns how each word is written inside sentences and undoes capitals at their start. */
  casing: z.enum(['keep', 'lowercase', 'truecase']).default('keep'),
  /** Writes capitals again when decoding. Default: for `truecase` only. */
  recase: z.boolean().optional(),
  /** Removes the stop words of a language. There is no way back. */
  stopWords: z.union([z.enum(stopWordLanguages), z.literal(false)]).default(false),
  /** Replaces words by their stems. There is no way back. */
  stemmer: z.union([z.enum(stemmerNames), z.literal(false)]).default(false),
  subword: subwordSchema.prefault({ type: 'none' }),
  /** Rarer tokens have no place in the vocabulary. */
  minFrequency: z.int().min(1).default(1),
  /** Size limit of the vocabulary, the four special tokens included. */
  maxSize: z.int().min(5).optional(),
})

/** Settings as a user writes them; everything has a default. */
export type TextConfig = z.input<typeof textConfigSchema>
/** Settings with every default filled in. */
export type ParsedTextConfig = z.output<typeof textConfigSchema>
