/** A training run of a few steps in the plainest engine: milliseconds, and everything of a real one in it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StateDict } from '@attentive/core'
import { onTestFinished } from 'vitest'
import type { TrainTranslatorOptions, Translator } from '../../src/index.js'
import { heldOutPairs, trainingPairs } from './numerals.js'

export const tinyOptions = {
  train: trainingPairs.slice(0, 24),
  text: { tokenizer: { type: 'whitespace' } },
  model: { embeddingSize: 6, hiddenSize: 4 },
  training: { batchSize: 8, epochs: 2, optimizer: { type: 'adam', learningRate: 0.02 }, patience: 0 },
  seed: 3,
  engine: 'eager',
} satisfies TrainTranslatorOptions

export const tinyValidation = heldOutPairs.slice(0, 4)

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attentive-translation-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export const weightsOf = (translator: Translator): StateDict => translator.models[0]?.stateDict() ?? {}
