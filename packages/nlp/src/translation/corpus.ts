/** Parallel corpora: read as text, and as the ids that a network is trained on. */
import { DataError, InvalidArgumentError } from '@attentive/core'
import type { EncodedPair } from '../data/index.js'
import type { TextPair, TextPipelinePair } from '../text/index.js'
import type { Pacer } from './preparation.js'

/** Pairs of texts: an array, or whatever can be iterated again and again with the same pairs (see `parallelText`). */
export type ParallelCorpus = Iterable<TextPair> | AsyncIterable<TextPair>

/**
 * A training corpus that is checked as it is read.
 * @returns the corpus; its iteration throws a DataError for what is no pair of texts, and an InvalidArgumentError when it
 *   gives nothing any more.
 * @throws InvalidArgumentError when it cannot be iterated, or only once.
 * @throws DataError for what is no pair of texts, in an array.
 */
export function checkedCorpus(argument: string, corpus: ParallelCorpus): ParallelCorpus {
  requireCorpus(argument, corpus)
  if (Array.isArray(corpus)) return corpus
  if ('next' in corpus) throw readOnlyOnce(argument)
  let before = 0
  return {
    async *[Symbol.asyncIterator]() {
      let count = 0
      for await (const pair of corpus) {
        requirePair(`${argument}[${count++}]`, pair)
        yield pair
      }
      if (count === 0 && before > 0) throw readOnlyOnce(argument)
      before = count
    },
  }
}

/**
 * @throws InvalidArgumentError when the value cannot be iterated.
 * @throws DataError for what is no pair of texts, in an array.
 */
export function requireCorpus(argument: string, corpus: unknown): asserts corpus is ParallelCorpus {
  const isIterable =
    typeof corpus === 'object' &&
    corpus !== null &&
    (Symbol.iterator in corpus || Symbol.asyncIterator in corpus)
  if (!isIterable)
    throw new InvalidArgumentError({
      argument,
      expected: 'a parallel corpus: an array of { source, target }, or what iterates over such pairs',
      received: corpus === undefined ? 'none' : typeof corpus === 'string' ? 'a text' : String(corpus),
      hint: 'parallelText reads one from files.',
    })
  if (!Array.isArray(corpus)) return
  for (let i = 0; i < corpus.length; i++) requirePair(`${argument}[${i}]`, corpus[i])
}

function requirePair(argument: string, pair: unknown): void {
  const { source, target } = (pair ?? {}) as Partial<TextPair>
  if (typeof source === 'string' && typeof target === 'string') return
  throw new DataError({
    argument,
    expected: 'a pair { source, target } of texts',
    received: Array.isArray(pair) ? 'an array' : typeof pair === 'object' ? 'another object' : String(pair),
  })
}

function readOnlyOnce(argument: string): InvalidArgumentError {
  return new InvalidArgumentError({
    argument,
    expected: 'a corpus that can be read again and again',
    received: 'one that can be read only once, such as a generator or a stream',
    hint: 'Pass an array, what parallelText returns, or an object whose [Symbol.asyncIterator]() begins anew.',
  })
}

/** @throws DataError when there is no pair, or something that is none. */
export async function collectPairs(corpus: ParallelCorpus): Promise<TextPair[]> {
  requireCorpus('corpus', corpus)
  const pairs: TextPair[] = []
  for await (const pair of corpus) {
    requirePair(`corpus[${pairs.length}]`, pair)
    pairs.push({ source: pair.source, target: pair.target })
  }
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
