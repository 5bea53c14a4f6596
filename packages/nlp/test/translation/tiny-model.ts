/** A translation network small enough to compute by hand, with weights large enough to have opinions. */
import { NdArray, Rng } from '@attentive/core'
import { createBatch } from '../../src/data/index.js'
import { type ModelConfig, TranslationModel } from '../../src/index.js'
import { modelConfigSchema } from '../../src/translation/config.js'
import { tensorsOf } from '../../src/translation/loss.js'

const vocabularySize = 12

export function tinyModel(config: ModelConfig = {}, seed = 1): TranslationModel {
  const model = new TranslationModel({
    ...modelConfigSchema.parse({ embeddingSize: 5, hiddenSize: 4, ...config }),
    sourceVocabularySize: vocabularySize,
    targetVocabularySize: vocabularySize,
    rng: new Rng(seed),
  })
  for (const parameter of model.parameters()) parameter.assign(parameter.data.map((value) => 4 * value))
  return model
}

/** A batch of random sentences, the first of full length. */
export function randomBatch(rows: number, sourceLength: number, targetLength: number, seed = 1) {
  const rng = new Rng(seed)
  const sentence = (length: number) => Array.from({ length }, () => 4 + rng.nextInt(vocabularySize - 4))
  const length = (longest: number, row: number) => (row === 0 ? longest : rng.nextInt(longest + 1))
  const pairs = Array.from({ length: rows }, (_, row) => ({
    source: sentence(length(sourceLength - 1, row)),
    target: sentence(length(targetLength - 1, row)),
  }))
  return tensorsOf(createBatch(pairs, { source: sourceLength, target: targetLength }, rows))
}

export const scalar = (value: number) => new NdArray(Float32Array.of(value), [])
