/** Text pipeline: text → words → pieces → ids, and back. One for each side of a translation. */
import { z } from 'zod'
import { Bpe, joinPieces } from './bpe.js'
import { checkSaved } from './check.js'
import { type ParsedTextConfig, textConfigSchema } from './text-config.js'
import { Truecaser } from './truecaser.js'
import { Vocabulary } from './vocabulary.js'
import { learnsCase, WordForms, WordSplitter } from './words.js'

/** A text as a model reads it. */
export interface EncodedText {
  /** Words as they stand in the text. */
  words: string[]
  /** What the ids stand for: words, or pieces of them. */
  tokens: string[]
  /** Ids of the tokens, without begin and end of sentence. */
  ids: number[]
  /** For each token the place of its word in `words`. */
  wordOfToken: number[]
  /** Tokens that the vocabulary does not hold. */
  unknown: string[]
}

/** The parts check themselves; here only that those are there which the settings ask for. */
const pipelineJsonSchema = z
  .object({
    version: z.literal(1),
    config: textConfigSchema,
    truecaser: z.unknown(),
    bpe: z.unknown(),
    vocabulary: z.unknown(),
  })
  .refine(({ config, bpe }) => (config.subword.type === 'bpe') === (bpe !== null), {
    path: ['bpe'],
    error: 'merges are there if and only if the settings ask for them',
  })
  .refine(({ config, truecaser }) => learnsCase(config) === (truecaser !== null), {
    path: ['truecaser'],
    error: 'a truecaser is there if and only if the settings ask for it',
  })

export interface TextPipelineParts {
  config: ParsedTextConfig
  forms: WordForms
  bpe: Bpe | null
  vocabulary: Vocabulary
}

export class TextPipeline {
  readonly config: ParsedTextConfig
  readonly vocabulary: Vocabulary
  readonly bpe: Bpe | null
  private readonly splitter: WordSplitter
  private readonly forms: WordForms

  constructor({ config, forms, bpe, vocabulary }: TextPipelineParts) {
    this.config = config
    this.forms = forms
    this.bpe = bpe?.restrictedTo((piece) => vocabulary.has(piece)) ?? null
    this.vocabulary = vocabulary
    this.splitter = new WordSplitter(config)
  }

  encode(text: string): EncodedText {
    const words = this.forms.words(this.splitter.split(text))
    const tokens: string[] = []
    const wordOfToken: number[] = []
    words.forEach(({ form }, place) => {
      for (const piece of this.bpe ? this.bpe.encodeWord(form) : [form]) {
        tokens.push(piece)
        wordOfToken.push(place)
      }
    })
    const { ids, unknown } = this.vocabulary.encode(tokens)
    return { words: words.map(({ surface }) => surface), tokens, ids, wordOfToken, unknown }
  }

  /** Text as a person would write it. Ids end at the first `</s>`; an unknown token reads `<unk>`. */
  decode(ids: Iterable<number>): string {
    return this.decodeTokens(this.vocabulary.decode(ids))
  }

  /** Text from tokens (words, or pieces of them). */
  decodeTokens(tokens: readonly string[]): string {
    return this.splitter.tokenizer.detokenize(this.forms.recase(this.joinWords(tokens)))
  }

  /** The words that the tokens spell, as the tokenizer separates them: what tokenised BLEU is computed on. */
  joinWords(tokens: readonly string[]): string[] {
    return this.bpe ? joinPieces(tokens) : [...tokens]
  }

  toJSON() {
    return {
      version: 1 as const,
      config: this.config,
      truecaser: this.forms.truecaser?.toJSON() ?? null,
      bpe: this.bpe?.toJSON() ?? null,
      vocabulary: this.vocabulary.toJSON(),
    }
  }

  /** @throws CheckpointError when the value is not what {@link toJSON} writes. */
  static fromJSON(json: unknown): TextPipeline {
    const { config, truecaser, bpe, vocabulary } = checkSaved(pipelineJsonSchema, json, 'text pipeline')
    return new TextPipeline({
      config,
      forms: new WordForms(config, truecaser === null ? null : Truecaser.fromJSON(truecaser)),
      bpe: bpe === null ? null : Bpe.fromJSON(bpe),
      vocabulary: Vocabulary.fromJSON(vocabulary),
    })
  }
}
