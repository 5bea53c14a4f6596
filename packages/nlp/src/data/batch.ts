/** The batch: the one place where padding, the shift between decoder input and output, and the masks are made. */
import { NdArray } from '@attentive/core'
import { beginId, endId, padId } from '../text/vocabulary.js'
import type { Bucket } from './buckets.js'

/** Ids of a sentence pair, without begin and end of sentence. */
export interface EncodedPair {
  source: ArrayLike<number>
  target: ArrayLike<number>
}

/** The encoder's side of a batch. Every sentence ends in `</s>`, so that an empty one has one position too. */
export interface SourceBatch {
  /** int32 `[B, S]` */
  source: NdArray
  /** float32 `[B, S]`, 1 = valid. A padding row has its `</s>` valid, so that no softmax is over nothing. */
  sourceMask: NdArray
}

export interface Batch extends SourceBatch {
  /** int32 `[B, T]`: `<s>` and the sentence. */
  targetInput: NdArray
  /** int32 `[B, T]`: the sentence and `</s>`. */
  targetOutput: NdArray
  /** float32 `[B, T]`, 1 = valid; zero throughout in a padding row. */
  targetMask: NdArray
  /** Number of valid target positions. */
  targetTokens: number
  /** Number of sentence pairs; rows from there on are padding. */
  rows: number
}

/** Lengths of a pair as they stand in a batch. */
export const batchLengths = ({ source, target }: EncodedPair): Bucket => ({
  source: source.length + 1,
  target: target.length + 1,
})

/** Source sentences, each ended by `</s>`, padded to `[rows, length]`. */
export function createSourceBatch(
  sentences: readonly ArrayLike<number>[],
  { rows = sentences.length, length = longest(sentences) + 1 }: { rows?: number; length?: number } = {},
): SourceBatch {
  const source = new Int32Array(rows * length).fill(padId)
  const mask = new Float32Array(rows * length)
  for (let row = 0; row < rows; row++) {
    const sentence = sentences[row] ?? []
    source.set(sentence, row * length)
    source[row * length + sentence.length] = endId
    mask.fill(1, row * length, row * length + sentence.length + 1)
  }
  return { source: new NdArray(source, [rows, length]), sourceMask: new NdArray(mask, [rows, length]) }
}

/** Sentence pairs padded to the bucket's lengths and to `batchSize` rows. */
export function createBatch(pairs: readonly EncodedPair[], bucket: Bucket, batchSize: number): Batch {
  const length = bucket.target
  const shape = [batchSize, length]
  const input = new Int32Array(batchSize * length).fill(padId)
  const output = new Int32Array(batchSize * length).fill(padId)
  const mask = new Float32Array(batchSize * length)
  let targetTokens = 0
  pairs.forEach(({ target }, row) => {
    const start = row * length
    input[start] = beginId
    input.set(target, start + 1)
    output.set(target, start)
    output[start + target.length] = endId
    mask.fill(1, start, start + target.length + 1)
    targetTokens += target.length + 1
  })
  return {
    ...createSourceBatch(
      pairs.map(({ source }) => source),
      { rows: batchSize, length: bucket.source },
    ),
    targetInput: new NdArray(input, shape),
    targetOutput: new NdArray(output, shape),
    targetMask: new NdArray(mask, shape),
    targetTokens,
    rows: pairs.length,
  }
}

/** The lengths that hold all pairs, and no more. */
export const tightBucket = (pairs: readonly EncodedPair[]): Bucket => ({
  source: longest(pairs.map(({ source }) => source)) + 1,
  target: longest(pairs.map(({ target }) => target)) + 1,
})

const longest = (sentences: readonly ArrayLike<number>[]): number =>
  sentences.reduce((length, sentence) => Math.max(length, sentence.length), 0)
