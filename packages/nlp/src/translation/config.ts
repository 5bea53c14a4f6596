/** Settings of a translator: one schema for code, configuration files and saved models. */
import {
  type AttentionScoreName,
  attentionScores,
  checkConfig,
  optimizerSchema,
  scheduleSchema,
} from '@attentive/core'
import { z } from 'zod'
import { type ParsedTextConfig, type TextConfig, textConfigSchema } from '../text/index.js'

const probability = z.number().min(0).lt(1)
const size = z.int().positive()
const scoreNames = Object.keys(attentionScores) as [keyof typeof attentionScores]

/** Scores that have no matrix between the decoder's state and the encoder's. */
export const equalSizeScores: ReadonlySet<AttentionScoreName> = new Set(['dot', 'scaledDot'])

export const modelConfigSchema = z
  .strictObject({
    /** E, numbers in a word vector. */
    embeddingSize: size.default(256),
    /** H, numbers in each LSTM state; with attention `dot` and `scaledDot` half of it in each of the encoder's. */
    hiddenSize: size.default(256),
    /** Layers of the bidirectional encoder. */
    encoderLayers: size.default(1),
    /** `bahdanau` attends before the cell, `luong` after it, with input feeding. */
    decoder: z.enum(['bahdanau', 'luong']).default('bahdanau'),
    attention: z.enum(scoreNames).default('additive'),
    /** Shares of numbers that are dropped in training: of word vectors, encoder states, and what predicts the word. */
    dropout: z
      .strictObject({
        embedding: probability.default(0.2),
        encoder: probability.default(0.2),
        output: probability.default(0.3),
      })
      .prefault({}),
    /** `decoder`: input and output vectors of target words are one; `all`: the source's too (joint vocabulary). */
    tiedEmbeddings: z.enum(['none', 'decoder', 'all']).default('decoder'),
  })
  .refine(({ attention, hiddenSize }) => !equalSizeScores.has(attention) || hiddenSize % 2 === 0, {
    path: ['hiddenSize'],
    error: "must be even for attention 'dot' and 'scaledDot': half for each direction of the encoder",
  })

export const trainingConfigSchema = z.strictObject({
  /** Sentence pairs in a batch. */
  batchSize: size.default(64),
  epochs: size.default(30),
  optimizer: optimizerSchema.prefault({ type: 'adam', learningRate: 1e-3 }),
  schedule: scheduleSchema.prefault({ type: 'constant' }),
  /** Gradients longer than this are scaled down to it. */
  clipNorm: z.number().positive().default(1),
  labelSmoothing: probability.default(0.1),
  /** How often the decoder is fed its own last word in place of the right one; see `scheduled-sampling.ts`. */
  scheduledSampling: z
    .strictObject({
      probability: z.number().min(0).max(1).default(0),
      /** Training steps over which the probability rises evenly from 0; 0: there from the first step. */
      riseSteps: z.int().nonnegative().default(0),
    })
    .prefault({}),
  /** Pairs with a longer side, in tokens, are left out. */
  maxLength: size.default(100),
  /** Pairs held for shuffling, where the corpus is read from files; an array is shuffled as a whole. */
  shuffleBuffer: size.default(100_000),
  /** Steps between validations; absent: after every epoch. */
  validateEvery: size.optional(),
  /**
   * Which validation score decides: about the best checkpoint, early stopping and the plateau schedule. `exactMatch`
   * is the percentage of translations that equal their reference, for targets that are right or wrong.
   */
  metric: z.enum(['bleu', 'exactMatch', 'perplexity']).default('bleu'),
  /** Validations without improvement before training stops; 0: never. */
  patience: z.int().nonnegative().default(5),
  /** Decay of the running average of weights that is validated and saved; 0: no average. */
  averageDecay: probability.default(0),
  /**
   * The result has the mean of the weights of so many best validations (checkpoint averaging); their models are in
   * `snapshots`. Needs a validation and an output folder. Absent: the weights of the best validation.
   */
  averageBest: size.optional(),
})

/** Settings of one side, laid over those of `text`. */
const sideSchema = z.record(z.string(), z.unknown())

export const translationConfigSchema = z
  .strictObject({
    /** Text processing of both languages, and what differs for one of them. */
    text: sideSchema.default({}),
    source: sideSchema.default({}),
    target: sideSchema.default({}),
    /** One byte-pair encoding and vocabulary for both languages. */
    jointVocabulary: z.boolean().default(false),
    model: modelConfigSchema.prefault({}),
    training: trainingConfigSchema.prefault({}),
    seed: z.int().default(1),
  })
  .refine(({ jointVocabulary, model }) => jointVocabulary || model.tiedEmbeddings !== 'all', {
    path: ['model', 'tiedEmbeddings'],
    error: "'all' needs jointVocabulary: true",
  })

export type ModelConfig = z.input<typeof modelConfigSchema>
export type ParsedModelConfig = z.output<typeof modelConfigSchema>
export type TrainingConfig = z.input<typeof trainingConfigSchema>
export type ParsedTrainingConfig = z.output<typeof trainingConfigSchema>

/** Settings as a user writes them; everything has a default. */
export type TranslationConfig = Omit<
  z.input<typeof translationConfigSchema>,
  'text' | 'source' | 'target'
> & {
  text?: TextConfig
  source?: TextConfig
  target?: TextConfig
}

/** Settings with every default filled in. */
export type ParsedTranslationConfig = z.output<typeof translationConfigSchema>

/** Whether larger or smaller scores of the deciding metric are better. */
export const modeOf = ({ metric }: Pick<ParsedTrainingConfig, 'metric'>): 'max' | 'min' =>
  metric === 'perplexity' ? 'min' : 'max'

/** @throws InvalidArgumentError naming the fields that are wrong. */
export function parseTranslationConfig(config: unknown): ParsedTranslationConfig {
  return checkConfig(translationConfigSchema, config, 'config')
}

/** Text settings of both sides, complete. */
export function textConfigsOf({
  text,
  source,
  target,
}: ParsedTranslationConfig): Record<'source' | 'target', ParsedTextConfig> {
  return {
    source: checkConfig(textConfigSchema, { ...text, ...source }, 'source'),
    target: checkConfig(textConfigSchema, { ...text, ...target }, 'target'),
  }
}
