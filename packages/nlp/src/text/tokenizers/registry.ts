/** Tokenizers by name: the schema of their settings, and who makes them. */
import { checkConfig } from '@attentive/core'
import { z } from 'zod'
import { createCharacterTokenizer } from './character.js'
import { createMosesTokenizer } from './moses.js'
import { createNaturalTokenizer, naturalTokenizerNames } from './natural.js'
import { mosesLanguages } from './nonbreaking-prefixes.js'
import { createSegmenterTokenizer } from './segmenter.js'
import type { Tokenizer } from './tokenizer.js'
import { createWhitespaceTokenizer } from './whitespace.js'

export const tokenizerSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('moses'),
    language: z.enum(mosesLanguages).default('en'),
    splitHyphens: z.boolean().default(false),
    keepAddresses: z.boolean().default(true),
  }),
  z.strictObject({ type: z.literal('segmenter'), language: z.string() }),
  z.strictObject({ type: z.literal('natural'), name: z.enum(naturalTokenizerNames) }),
  z.strictObject({ type: z.literal('whitespace') }),
  z.strictObject({ type: z.literal('character') }),
])

/** Settings of a tokenizer as a user writes them. */
export type TokenizerConfig = z.input<typeof tokenizerSchema>
type ParsedConfig = z.output<typeof tokenizerSchema>

const factories: {
  [Type in ParsedConfig['type']]: (config: Extract<ParsedConfig, { type: Type }>) => Tokenizer
} = {
  moses: createMosesTokenizer,
  segmenter: createSegmenterTokenizer,
  natural: createNaturalTokenizer,
  whitespace: createWhitespaceTokenizer,
  character: createCharacterTokenizer,
}

/**
 * The tokenizer that a configuration describes.
 * @throws InvalidArgumentError naming each setting that is wrong.
 */
export function createTokenizer(config: TokenizerConfig): Tokenizer {
  const parsed = checkConfig(tokenizerSchema, config, 'tokenizer')
  const create = factories[parsed.type] as (config: ParsedConfig) => Tokenizer
  return create(parsed)
}
