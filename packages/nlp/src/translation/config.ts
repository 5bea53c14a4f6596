/** Settings of a translator: one schema for code, configuration files and saved models. */
import { optimizerSchema } from '@attentive/core'
import { z } from 'zod'
import { textConfigSchema } from '../text/index.js'

const probability = z.number().min(0).lt(1)
const size = z.int().positive()

export const modelConfigSchema = z.strictObject({
  /** E, numbers in a word vector. */
  embeddingSize: size.default(256),
  /** H, numbers in each LSTM state. */
  hiddenSize: size.default(256),
  /** Layers of the bidirectional encoder. */
  encoderLayers: size.default(1),
  /** `bahdanau` attends before the cell, `luong` after it, with input feeding. */
  decoder: z.enum(['bahdanau', 'luong']).default('bahdanau'),
  attention: z.enum(['additive', 'dot', 'general', 'concat', 'scaledDot']).default('additive'),
  dropout: z
    .strictObject({
      embedding: probability.default(0.2),
      /** Of the encoder's states, which attention reads. */
      encoder: probability.default(0.2),
      /** Of the vector from which the next word is predicted. */
      output: probability.default(0.3),
    })
    .prefault({}),
  /** `decoder`: input and output vectors of target words are one; `all`: those of the source too (joint vocabulary). */
  tiedEmbeddings: z.enum(['none', 'decoder', 'all']).default('decoder'),
})

export const lossConfigSchema = z.strictObject({
  labelSmoothing: probability.default(0.1),
  /** Probability of feeding the model its own last word instead of the right one (Bengio et al. 2015). */
  scheduledSampling: probability.default(0),
})

export const translationConfigSchema = z.strictObject({
  source: textConfigSchema.prefault({}),
  target: textConfigSchema.prefault({}),
  /** One byte-pair encoding and vocabulary for both languages. */
  jointVocabulary: z.boolean().default(false),
  model: modelConfigSchema.prefault({}),
  loss: lossConfigSchema.prefault({}),
  optimizer: optimizerSchema.prefault({ type: 'adam', learningRate: 1e-3 }),
})

export type ModelConfig = z.input<typeof modelConfigSchema>
export type ParsedModelConfig = z.output<typeof modelConfigSchema>
export type TranslationConfig = z.input<typeof translationConfigSchema>
export type ParsedTranslationConfig = z.output<typeof translationConfigSchema>
