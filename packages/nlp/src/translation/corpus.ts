/** Parallel corpora: read as text, and as the ids that a network is trained on. */
import { DataError } from '@attentive/core'
import type { EncodedPair } from '../data/index.js'
import type { TextPair, TextPipelinePair } from '../text/index.js'
import type { Pacer } from './preparation.js'

/** Pairs of texts: an array, or whatever can be iterated again and again with the same pairs (see `parallelText`). */
export type ParallelCorpus = Iterable<TextPair> | AsyncIterable<TextPair>

/** @throws DataError when there is no pair. */
export async function collectPairs(corpus: ParallelCorpus): Promise<TextPair[]> {
  const pairs: TextPair[] = []
  for await (const { source, target } of corpus) pairs.push({ source, target })
  if (pairs.length > 0) return pairs
  throw new DataError({ argument: 'corpus', expected: 'at least one pair of texts', received: 'none' })
}

export const encodePair = ({ source, target }: TextPair, pipelines: TextPipelinePair): EncodedPair => ({
  source: Int32Array.from(pipelines.source.encode(source).ids),
  target: Int32Array.from(pipelines.target.encode(target).ids),
})

/**
 * The corpus as ids. What is in memory as text is encoded once; what is read from files is read and encoded anew at
 * each pass, so that a corpus larger than memory trains, too.
 */
export async function encodeCorpus(
  corpus: ParallelCorpus,
  pipelines: TextPipelinePair,
  pacer: Pacer,
): Promise<EncodedPair[] | AsyncIterable<EncodedPair>> {
  if (Array.isArray(corpus)) {
    const encoded: EncodedPair[] = []
    for await (const pair of pacer.over<TextPair>(corpus, 'lengths'))
      encoded.push(encodePair(pair, pipelines))
    return encoded
  }
  return {
    async *[Symbol.asyncIterator]() {
      for await (const pair of corpus) yield encodePair(pair, pipelines)
    },
  }
}
