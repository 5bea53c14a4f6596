/** Beam search over a batch of sentences with the translation network of `@attentive/nlp`, encoder included. */
import { beamSearch, Rng } from '@attentive/core'
import {
  beginId,
  createSourceBatch,
  endId,
  padId,
  parseTranslationConfig,
  TranslationModel,
  TranslationSearchModel,
} from '@attentive/nlp'
import { chooseBackend } from '../harness/eager.js'
import type { CaseOptions } from '../harness/protocol.js'
import type { PreparedCase } from '../worker.js'
import { fillMadeUp, madeUpSentences } from './made-up.js'

interface SearchOptions {
  vocabularySize: number
  embeddingSize: number
  hiddenSize: number
  batch: number
  sourceTime: number
  beamSize: number
  maxLength: number
  /** Of our side; the peer's is float32. */
  precision?: 'int8'
}

/** Ends hypotheses after some ten words, sooner or later. */
const END_BIAS = 3

export async function prepare(options: CaseOptions, threads: number): Promise<PreparedCase> {
  const { batch, sourceTime, beamSize, maxLength, vocabularySize, embeddingSize, hiddenSize, precision } =
    options as unknown as SearchOptions
  const { engine, title } = await chooseBackend(options)
  const { model: config } = parseTranslationConfig({ model: { embeddingSize, hiddenSize } })
  const model = new TranslationModel({
    ...config,
    sourceVocabularySize: vocabularySize,
    targetVocabularySize: vocabularySize,
    rng: new Rng(1),
  })
  fillMadeUp(model)
  const bias = new Float32Array(vocabularySize)
  bias[endId] = END_BIAS
  model.outputBias.assign(bias)
  const search = new TranslationSearchModel([model], { engine, threads, precision })
  const sources = createSourceBatch(madeUpSentences(batch, sourceTime, vocabularySize))
  const run = async () => {
    const input = { state: await search.start(sources), batchSize: batch }
    const found = await beamSearch(search, input, {
      beginToken: beginId,
      endToken: endId,
      bannedTokens: [padId, beginId],
      beamSize,
      maxLength,
    })
    return found.reduce((sum, [best]) => sum + (best?.score ?? 0), 0)
  }
  return { title, run }
}
