/** A run with everything in it that a checkpoint must hold: dropout, coins, averages, schedule, early stopping. */
import type { TrainTranslatorOptions } from '../../src/index.js'
import { heldOutPairs, trainingPairs } from './numerals.js'

export const killedRun = {
  train: trainingPairs.slice(0, 24),
  validation: heldOutPairs.slice(0, 2),
  text: { tokenizer: { type: 'whitespace' } },
  model: { embeddingSize: 5, hiddenSize: 4 },
  training: {
    batchSize: 8,
    epochs: 3,
    optimizer: { type: 'adam', learningRate: 0.03 },
    schedule: { type: 'plateau', patience: 0 },
    scheduledSampling: { probability: 0.5, riseSteps: 5 },
    averageDecay: 0.9,
    metric: 'perplexity',
    validateEvery: 2,
    patience: 50,
  },
  seed: 11,
  engine: 'eager',
} satisfies TrainTranslatorOptions
