/** Perplexity of a translation model: how well it expects the right translations. */
import { type Compiled, type CompileOptions, compile, type NdArray } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type Batch, batchLengths, createBatch, type EncodedPair, tightBucket } from '../data/batch.js'
import { perplexity } from '../metrics/index.js'
import type { TextPair, TextPipelinePair } from '../text/index.js'
import { encodePair } from './corpus.js'
import { batchAxes, type TranslationTensors, tensorsOf, translationLoss } from './loss.js'
import type { TranslationModel } from './model.js'
import type { TranslationSearchModel } from './search-model.js'

/** Rows times target positions of a batch: the scores of all words are made for each of them. */
const maxPositions = 2048

/** Longer texts are cut, so that one endless line cannot fill the memory. */
const maxLength = 1000

/**
 * exp of the mean negative log-likelihood per target token, `</s>` counted, without label smoothing. Of texts longer
 * than 1,000 tokens the beginning counts. In float32, however the model translates. Its graph is compiled once, and reads the weights that the model has by then.
 */
export class PerplexityMeter {
  private readonly step: Compiled<TranslationTensors, { loss: tf.Tensor }>

  constructor(
    model: TranslationModel,
    private readonly pipelines: TextPipelinePair,
    { engine, threads }: Pick<CompileOptions, 'engine' | 'threads'> = {},
  ) {
    this.step = compile((batch: TranslationTensors) => ({ loss: translationLoss(model, batch) }), {
      engine,
      threads,
      axes: batchAxes,
    })
  }

  async measure(pairs: readonly TextPair[]): Promise<number> {
    let sum = 0
    let tokens = 0
    for (const batch of batchesOf(pairs, this.pipelines)) {
      const { loss } = await this.step(tensorsOf(batch))
      sum += loss.item() * batch.targetTokens
      tokens += batch.targetTokens
    }
    return perplexity(sum, tokens)
  }

  get compileMs(): number {
    return this.step.stats.compileMs
  }

  dispose(): Promise<void> {
    return this.step.dispose()
  }
}

/**
 * The same measure of what a search asks: of an ensemble, by the mean of its members' probabilities. In the precision
 * in which it translates, one step a word.
 */
export async function measureSearch(
  search: TranslationSearchModel,
  pipelines: TextPipelinePair,
  pairs: readonly TextPair[],
): Promise<number> {
  let sum = 0
  let tokens = 0
  for (const batch of batchesOf(pairs, pipelines)) {
    sum += await negativeLogLikelihood(search, batch)
    tokens += batch.targetTokens
  }
  return perplexity(sum, tokens)
}

async function negativeLogLikelihood(search: TranslationSearchModel, batch: Batch): Promise<number> {
  const [B, T] = batch.targetInput.shape as [number, number]
  const V = search.vocabularySize
  const wordsAt = ({ data }: NdArray, t: number) =>
    Int32Array.from({ length: B }, (_, b) => data[b * T + t] as number)
  const parents = new Int32Array(B)
  let state = await search.start(batch)
  let sum = 0
  for (let t = 0; t < T; t++) {
    const request = { tokens: wordsAt(batch.targetInput, t), parents, state, beams: 1, topK: null }
    const { logProbs, state: next } = await search.step(request)
    state = next
    wordsAt(batch.targetOutput, t).forEach((word, b) => {
      if (batch.targetMask.data[b * T + t] === 1) sum -= logProbs[b * V + word] as number
    })
  }
  return sum
}

/** Cut, and of similar length. */
function* batchesOf(pairs: readonly TextPair[], pipelines: TextPipelinePair): Generator<Batch> {
  const encoded = pairs.map((pair) => cut(encodePair(pair, pipelines)))
  for (const group of groupByLength(encoded)) yield createBatch(group, tightBucket(group), group.length)
}

const cut = ({ source, target }: EncodedPair): EncodedPair => ({
  source: Array.from(source).slice(0, maxLength),
  target: Array.from(target).slice(0, maxLength),
})

/** Batches of similar length, the longest first, each within the limit of positions. */
function* groupByLength(pairs: EncodedPair[]): Generator<EncodedPair[]> {
  const sorted = pairs
    .map((pair) => ({ pair, length: Math.max(...Object.values(batchLengths(pair))) }))
    .sort((a, b) => b.length - a.length)
  for (let start = 0; start < sorted.length; ) {
    const longest = sorted[start]?.length as number
    const end = start + Math.max(1, Math.floor(maxPositions / longest))
    yield sorted.slice(start, end).map(({ pair }) => pair)
    start = end
  }
}
