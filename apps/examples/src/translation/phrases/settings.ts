/** Settings of a small translator that learns the phrases of `data.ts` in a few seconds. */
import type { TranslationConfig } from '@attentive/nlp'

export const small = {
  text: { tokenizer: { type: 'whitespace' } },
  model: {
    embeddingSize: 32,
    hiddenSize: 48,
    decoder: 'luong',
    attention: 'general',
    tiedEmbeddings: 'none',
    dropout: { embedding: 0, encoder: 0, output: 0 },
  },
  training: {
    batchSize: 16,
    epochs: 6,
    optimizer: { type: 'adam', learningRate: 0.01 },
    labelSmoothing: 0,
  },
  seed: 1,
} satisfies TranslationConfig
