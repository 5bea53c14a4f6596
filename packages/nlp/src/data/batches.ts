/** Batches of a corpus: shuffled by seed and epoch, gathered by length, padded to a few static shapes. */
import { DataError, InvalidArgumentError, Rng } from '@attentive/core'
import { type Batch, batchLengths, createBatch, type EncodedPair, tightBucket } from './batch.js'
import { type Bucket, chooseBuckets, fits, LengthHistogram, sortBuckets } from './buckets.js'
import { shuffleBuffered } from './shuffle.js'

export interface BatchesOptions {
  /** Rows of every batch. */
  batchSize: number
  /** Default 0. */
  seed?: number
  /** `false` keeps the order of the corpus inside each bucket. Default true. */
  shuffle?: boolean
  /** Number of examples held for shuffling. Default 100,000; a corpus in memory is shuffled as a whole. */
  shuffleBuffer?: number
  /** Shapes to pad to; default: chosen from the lengths in the corpus, in one pass over it. */
  buckets?: readonly Bucket[]
  /** Chosen bucket sizes are multiples of this. Default 5. */
  multiple?: number
  /** At most this many chosen shapes. Default 12. */
  maxBuckets?: number
  /**
   * Lengths of a batch: those of its bucket (default), or of its longest sentences, which pads less where shapes cost
   * nothing (sizes open in the compiled graph, or an eager engine).
   */
  padTo?: 'bucket' | 'longest'
  /** Pairs with a longer side, in tokens, are left out. Default 100. */
  maxLength?: number
  /** Told how many pairs have been read in the pass that precedes training, and waited for. */
  onRead?: (pairs: number) => Promise<void> | undefined
}

/** What was learnt about a corpus in the pass that precedes training. */
export interface CorpusCounts {
  examples: number
  /** Pairs left out because a side is too long for every bucket. */
  tooLong: number
  targetTokens: number
  /** Of the ids of all examples, in order: another corpus of the same size has another one. */
  checksum: number
}

const defaults: Required<Omit<BatchesOptions, 'batchSize' | 'buckets' | 'onRead'>> = {
  seed: 0,
  shuffle: true,
  shuffleBuffer: 100_000,
  multiple: 5,
  maxBuckets: 12,
  padTo: 'bucket',
  maxLength: 100,
}
type Corpus = Iterable<EncodedPair> | AsyncIterable<EncodedPair>
type Settings = BatchesOptions & typeof defaults

interface Group {
  bucket: Bucket
  pairs: EncodedPair[]
}

export class Batches {
  private constructor(
    private readonly corpus: Corpus,
    private readonly settings: Settings,
    /** The shapes in use, the cheapest first. */
    readonly buckets: readonly Bucket[],
    readonly counts: CorpusCounts,
  ) {}

  /**
   * Reads the corpus once, to count it and to choose the buckets.
   * @param corpus can be iterated again and again, with the same pairs in the same order.
   * @throws DataError when no pair is short enough; InvalidArgumentError for a batch size that is not positive.
   */
  static async create(corpus: Corpus, options: BatchesOptions): Promise<Batches> {
    const settings = { ...defaults, ...options }
    requirePositive('batchSize', settings.batchSize)
    requirePositive('shuffleBuffer', settings.shuffleBuffer)
    const histogram = new LengthHistogram(settings.multiple)
    const counts = { examples: 0, tooLong: 0, targetTokens: 0, checksum: 0 }
    const accepts = acceptor(settings)
    for await (const pair of corpus) {
      if (accepts(pair)) {
        counts.examples++
        counts.targetTokens += pair.target.length + 1
        counts.checksum = checksumWith(pair, counts.checksum)
        histogram.add(batchLengths(pair))
      } else counts.tooLong++
      await settings.onRead?.(counts.examples + counts.tooLong)
    }
    if (counts.examples === 0) throw noExamples(counts.tooLong)
    const buckets = settings.buckets ? sortBuckets(settings.buckets) : chooseBuckets(histogram, settings)
    return new Batches(corpus, settings, buckets, counts)
  }

  /**
   * The batches of an epoch, the same ones in the same order at every call.
   * @param from number of batches to pass over: with it, an interrupted epoch goes on exactly where it was.
   */
  async *epoch(epoch: number, from = 0): AsyncGenerator<Batch> {
    let index = 0
    const { batchSize, padTo } = this.settings
    for await (const { pairs, bucket } of this.groups(epoch))
      if (index++ >= from)
        yield createBatch(pairs, padTo === 'bucket' ? bucket : tightBucket(pairs), batchSize)
  }

  /** Number of batches in an epoch (the same in every one up to the few that are not full). */
  async count(epoch: number): Promise<number> {
    let count = 0
    for await (const _ of this.groups(epoch)) count++
    return count
  }

  private async *groups(epoch: number): AsyncGenerator<Group> {
    const open: Group[] = this.buckets.map((bucket) => ({ bucket, pairs: [] }))
    for await (const pair of this.ordered(epoch)) {
      const lengths = batchLengths(pair)
      const group = open.find(({ bucket }) => fits(lengths, bucket)) as Group
      group.pairs.push(pair)
      if (group.pairs.length === this.settings.batchSize) yield takeAll(group)
    }
    yield* gatherRest(open, this.settings.batchSize)
  }

  private ordered(epoch: number): AsyncIterable<EncodedPair> {
    const { seed, shuffle, shuffleBuffer } = this.settings
    if (!shuffle) return this.accepted()
    const size = Array.isArray(this.corpus) ? Math.max(1, this.corpus.length) : shuffleBuffer
    return shuffleBuffered(this.accepted(), size, epochRng(seed, epoch))
  }

  /** What is too long is left out before it can take a place, and much memory, in the buffer. */
  private async *accepted(): AsyncGenerator<EncodedPair> {
    const accepts = acceptor(this.settings)
    for await (const pair of this.corpus) if (accepts(pair)) yield pair
  }
}

function takeAll(group: Group): Group {
  const { bucket, pairs } = group
  group.pairs = []
  return { bucket, pairs }
}

/** What is left of each bucket goes up to the next one that holds it, so that few batches are not full. */
function* gatherRest(open: readonly Group[], batchSize: number): Generator<Group> {
  for (const [i, group] of open.entries()) {
    const next = open.slice(i + 1).find(({ bucket, pairs }) => pairs.length > 0 && fits(group.bucket, bucket))
    if (next) next.pairs.push(...takeAll(group).pairs)
    while (group.pairs.length > 0) yield { bucket: group.bucket, pairs: group.pairs.splice(0, batchSize) }
  }
}

/** A generator of its own for every epoch of every seed. */
function epochRng(seed: number, epoch: number): Rng {
  return new Rng((new Rng(seed).nextUint32() + Math.imul(epoch, 0x9e3779b1)) >>> 0)
}

function acceptor({ buckets, maxLength }: Settings): (pair: EncodedPair) => boolean {
  const short = ({ source, target }: EncodedPair) => source.length <= maxLength && target.length <= maxLength
  if (!buckets) return short
  return (pair) => short(pair) && buckets.some((bucket) => fits(batchLengths(pair), bucket))
}

function requirePositive(argument: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError({ argument, expected: 'a positive integer', received: String(value) })
}

/** FNV-1a over the ids, with a mark after each side. */
function checksumWith({ source, target }: EncodedPair, checksum: number): number {
  let hash = checksum
  const add = (id: number) => {
    hash = Math.imul(hash ^ id, 0x01000193)
  }
  for (const side of [source, target]) {
    for (let i = 0; i < side.length; i++) add(side[i] as number)
    add(-1)
  }
  return hash >>> 0
}

function noExamples(tooLong: number): DataError {
  return new DataError({
    argument: 'corpus',
    expected: 'at least one pair that fits into a bucket',
    received: tooLong > 0 ? `${tooLong} pairs, all of them too long` : 'an empty corpus',
    hint: tooLong > 0 ? 'Raise maxLength or the buckets.' : 'Is the file empty?',
  })
}
