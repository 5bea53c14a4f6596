import { DataError, InvalidArgumentError, Rng } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseBuckets, LengthHistogram } from '../../src/data/buckets.js'
import {
  type Batch,
  Batches,
  type BatchesOptions,
  createBatch,
  createSourceBatch,
  type EncodedPair,
} from '../../src/data/index.js'
import { shuffleBuffered } from '../../src/data/shuffle.js'
import { collect } from './files.js'

/** Pairs whose ids say which pair they belong to. */
function corpus(lengths: readonly (readonly [source: number, target: number])[]): EncodedPair[] {
  return lengths.map(([source, target], i) => ({
    source: new Array(source).fill(10 + i),
    target: new Array(target).fill(10 + i),
  }))
}

function randomCorpus(size: number, seed: number, longest = 30): EncodedPair[] {
  const rng = new Rng(seed)
  return corpus(
    Array.from({ length: size }, () => {
      const source = rng.nextInt(longest)
      return [source, Math.max(0, source + rng.nextInt(9) - 4)] as const
    }),
  )
}

const rowsOf = ({ data, shape }: Batch['source']): number[][] =>
  Array.from({ length: shape[0] as number }, (_, row) =>
    Array.from(data.subarray(row * (shape[1] as number), (row + 1) * (shape[1] as number))),
  )

/** The pairs that a batch holds, read back from its arrays. */
function pairsOf(batch: Batch): EncodedPair[] {
  const masked = (ids: Batch['source'], mask: Batch['source']) => {
    const valid = rowsOf(mask)
    return rowsOf(ids).map((row, i) => row.filter((_, place) => valid[i]?.[place] === 1))
  }
  const sources = masked(batch.source, batch.sourceMask)
  const targets = masked(batch.targetOutput, batch.targetMask)
  return sources
    .slice(0, batch.rows)
    .map((source, i) => ({ source: source.slice(0, -1), target: (targets[i] as number[]).slice(0, -1) }))
}

const epochOf = async (pairs: EncodedPair[], options: BatchesOptions, epoch = 0) =>
  collect((await Batches.create(pairs, options)).epoch(epoch))

const key = (pair: EncodedPair) => JSON.stringify([Array.from(pair.source), Array.from(pair.target)])

describe('createBatch', () => {
  it('owns padding, shift and masks', () => {
    const pairs = [
      { source: [7, 8], target: [9, 10, 11] },
      { source: [], target: [12] },
    ]
    const batch = createBatch(pairs, { source: 4, target: 5 }, 3)
    expect(rowsOf(batch.source)).toEqual([
      [7, 8, 3, 0],
      [3, 0, 0, 0],
      [3, 0, 0, 0],
    ])
    expect(rowsOf(batch.sourceMask)).toEqual([
      [1, 1, 1, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ])
    expect(rowsOf(batch.targetInput)).toEqual([
      [2, 9, 10, 11, 0],
      [2, 12, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ])
    expect(rowsOf(batch.targetOutput)).toEqual([
      [9, 10, 11, 3, 0],
      [12, 3, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ])
    expect(rowsOf(batch.targetMask)).toEqual([
      [1, 1, 1, 1, 0],
      [1, 1, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ])
    expect([batch.targetTokens, batch.rows]).toEqual([6, 2])
    expect([batch.source.dtype, batch.sourceMask.dtype, batch.targetMask.dtype]).toEqual([
      'int32',
      'float32',
      'float32',
    ])
  })

  it('pads source sentences the same way for translation', () => {
    const { source, sourceMask } = createSourceBatch([[5], Int32Array.of(6, 7, 8)])
    expect(rowsOf(source)).toEqual([
      [5, 3, 0, 0],
      [6, 7, 8, 3],
    ])
    expect(rowsOf(sourceMask)).toEqual([
      [1, 1, 0, 0],
      [1, 1, 1, 1],
    ])
    expect(createSourceBatch([[]]).source.shape).toEqual([1, 1])
  })
})

describe('Batches', () => {
  it('gives every pair exactly once in each epoch, in batches of one size and few shapes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 17 }),
        fc.nat(),
        async (size, batchSize, seed) => {
          const pairs = randomCorpus(size, seed)
          const batches = await epochOf(pairs, { batchSize, seed, maxBuckets: 6 })
          expect(batches.flatMap(pairsOf).map(key).sort()).toEqual(pairs.map(key).sort())
          expect(
            new Set(batches.map(({ source, targetInput }) => `${source.shape} ${targetInput.shape}`)).size,
          ).toBeLessThanOrEqual(6)
          for (const batch of batches) expect(batch.source.shape[0]).toBe(batchSize)
          const tokens = pairs.reduce((sum, { target }) => sum + target.length + 1, 0)
          expect(batches.reduce((sum, { targetTokens }) => sum + targetTokens, 0)).toBe(tokens)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('fills batches: few are not full', async () => {
    const batches = await epochOf(randomCorpus(1000, 3), { batchSize: 16, maxBuckets: 8 })
    expect(batches.filter(({ rows }) => rows < 16).length).toBeLessThanOrEqual(3)
  })

  it('repeats an epoch exactly, and orders another epoch or seed differently', async () => {
    const pairs = randomCorpus(300, 1)
    const order = async (seed: number, epoch: number) =>
      (await epochOf(pairs, { batchSize: 8, seed }, epoch)).flatMap(pairsOf).map(key).join()
    expect(await order(5, 2)).toBe(await order(5, 2))
    expect(await order(5, 2)).not.toBe(await order(5, 3))
    expect(await order(5, 2)).not.toBe(await order(6, 2))
    // Seeds and epochs must not be interchangeable, as they would be if they were added.
    expect(await order(5, 3)).not.toBe(await order(6, 2))
  })

  it.each([
    ['in memory', 10_000],
    ['streamed, shuffled in a small buffer', 50],
  ])('goes on from any batch as if it had not stopped: %s', async (name, shuffleBuffer) => {
    const pairs = randomCorpus(300, 2)
    const source =
      name === 'in memory'
        ? pairs
        : {
            [Symbol.asyncIterator]: async function* () {
              yield* pairs
            },
          }
    const batches = await Batches.create(source, { batchSize: 16, seed: 4, shuffleBuffer })
    const whole = await collect(batches.epoch(3))
    expect(whole.flatMap(pairsOf).map(key).sort()).toEqual(pairs.map(key).sort())
    for (const from of [0, 1, 7, whole.length - 1, whole.length, whole.length + 5])
      expect(await collect(batches.epoch(3, from))).toEqual(whole.slice(from))
    expect(await batches.count(3)).toBe(whole.length)
  })

  it('keeps the order of the corpus when not shuffling', async () => {
    const pairs = corpus(Array.from({ length: 20 }, () => [4, 4]))
    const batches = await epochOf(pairs, { batchSize: 6, shuffle: false })
    expect(batches.flatMap(pairsOf)).toEqual(pairs)
  })

  it('uses the buckets given, and leaves out what fits into none', async () => {
    const pairs = corpus([
      [2, 2],
      [9, 2],
      [2, 9],
      [20, 1],
    ])
    const batches = await Batches.create(pairs, {
      batchSize: 2,
      buckets: [
        { source: 12, target: 12 },
        { source: 4, target: 4 },
      ],
    })
    expect(batches.counts).toMatchObject({ examples: 3, tooLong: 1, targetTokens: 16 })
    expect(batches.buckets).toEqual([
      { source: 4, target: 4 },
      { source: 12, target: 12 },
    ])
    expect((await collect(batches.epoch(0))).flatMap(pairsOf)).toHaveLength(3)
  })

  it('leaves out pairs longer than the limit', async () => {
    const pairs = corpus([
      [5, 5],
      [101, 5],
      [5, 101],
      [100, 100],
    ])
    const { counts } = await Batches.create(pairs, { batchSize: 2 })
    expect(counts).toMatchObject({ examples: 2, tooLong: 2, targetTokens: 107 })
  })

  it('leaves them out before they take a place in the buffer for shuffling', async () => {
    const short = randomCorpus(60, 3, 8)
    const long = { source: new Array(500).fill(5), target: new Array(500).fill(5) }
    const mixed = short.flatMap((pair) => [long, pair, long])
    const asRead = async (pairs: EncodedPair[]) => {
      const read = {
        async *[Symbol.asyncIterator]() {
          yield* pairs
        },
      }
      const batches = await Batches.create(read, { batchSize: 4, shuffleBuffer: 20, seed: 1, maxLength: 40 })
      return (await collect(batches.epoch(1))).map(pairsOf)
    }
    expect(await asRead(mixed)).toEqual(await asRead(short))
  })

  it('explains an empty corpus, and one whose pairs are all too long', async () => {
    await expect(Batches.create([], { batchSize: 4 })).rejects.toThrow(/received an empty corpus/)
    await expect(Batches.create(corpus([[50, 50]]), { batchSize: 4, maxLength: 10 })).rejects.toThrow(
      DataError,
    )
    await expect(Batches.create(corpus([[1, 1]]), { batchSize: 0 })).rejects.toThrow(InvalidArgumentError)
    await expect(Batches.create(corpus([[1, 1]]), { batchSize: 1, multiple: 0 })).rejects.toThrow(/multiple/)
  })

  it('pads to the longest sentences when asked', async () => {
    const [batch] = await epochOf(
      corpus([
        [1, 3],
        [6, 2],
      ]),
      { batchSize: 4, padTo: 'longest' },
    )
    expect(batch?.source.shape).toEqual([4, 7])
    expect(batch?.targetInput.shape).toEqual([4, 4])
  })

  it('takes a corpus of one pair', async () => {
    const [batch, ...rest] = await epochOf(corpus([[0, 1]]), { batchSize: 4 })
    expect([batch?.rows, batch?.targetTokens, rest.length]).toEqual([1, 2, 0])
    expect(batch?.source.shape).toEqual([4, 5])
  })
})

describe('chooseBuckets', () => {
  function histogram(pairs: EncodedPair[]): LengthHistogram {
    const lengths = new LengthHistogram(5)
    for (const { source, target } of pairs)
      lengths.add({ source: source.length + 1, target: target.length + 1 })
    return lengths
  }

  it('rounds lengths up and joins rare cells to common ones', () => {
    const pairs = corpus([
      ...Array.from({ length: 630 }, () => [9, 9] as const),
      ...Array.from({ length: 630 }, () => [19, 19] as const),
      [10, 4],
    ])
    expect(chooseBuckets(histogram(pairs), { batchSize: 64 })).toEqual([
      { source: 10, target: 10 },
      { source: 20, target: 20 },
    ])
  })

  it('is quick where thousands of lengths differ', () => {
    const lengths = new LengthHistogram(1)
    const rng = new Rng(1)
    for (let i = 0; i < 50_000; i++)
      lengths.add({ source: 1 + rng.nextInt(100), target: 1 + rng.nextInt(100) })
    const buckets = chooseBuckets(lengths, { batchSize: 64 })
    expect(buckets.length).toBeLessThanOrEqual(12)
    expect(buckets.some(({ source, target }) => source >= 100 && target >= 100)).toBe(true)
  })

  it('keeps to the limit, and wastes little', () => {
    const pairs = randomCorpus(5000, 11, 45)
    const buckets = chooseBuckets(histogram(pairs), { batchSize: 32, maxBuckets: 12 })
    expect(buckets.length).toBeLessThanOrEqual(12)
    const padded = pairs.map(({ source, target }) => {
      const bucket = buckets.find((shape) => source.length < shape.source && target.length < shape.target)
      return bucket ? bucket.target : Number.NaN
    })
    const tokens = pairs.reduce((sum, { target }) => sum + target.length + 1, 0)
    expect(tokens / padded.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(0.8)
  })
})

describe('shuffleBuffered', () => {
  it('gives every item once and holds no more than the buffer', async () => {
    let ahead = 0
    let most = 0
    const items = function* () {
      for (let i = 0; i < 500; i++) {
        most = Math.max(most, ++ahead)
        yield i
      }
    }
    const out: number[] = []
    for await (const item of shuffleBuffered(items(), 20, new Rng(1))) {
      ahead--
      out.push(item)
    }
    expect(most).toBeLessThanOrEqual(21)
    expect(out).not.toEqual(out.toSorted((a, b) => a - b))
    expect(out.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i))
  })
})
