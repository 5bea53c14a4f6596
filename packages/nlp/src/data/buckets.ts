/**
 * Length buckets: the few padded shapes that a compiled engine builds graphs for. Lengths count tokens as they stand
 * in a batch, `</s>` included.
 */
import { InvalidArgumentError } from '@attentive/core'

/** A padded shape: examples of at most these lengths go in. */
export interface Bucket {
  source: number
  target: number
}

export interface BucketOptions {
  batchSize: number
  /** Bucket sizes are multiples of this. Default 5. */
  multiple?: number
  /** At most this many shapes. Default 12. */
  maxBuckets?: number
}

interface CountedBucket extends Bucket {
  count: number
}

/** A target position costs about two source positions: it has the attention and the softmax besides its cell. */
const targetCost = 2

const costOf = ({ source, target }: Bucket): number => source + targetCost * target

/** Time of an epoch in one bucket, its last batch being padded to full size. */
const epochCost = (bucket: CountedBucket, batchSize: number): number =>
  Math.ceil(bucket.count / batchSize) * batchSize * costOf(bucket)

const union = (a: CountedBucket, b: CountedBucket): CountedBucket => ({
  source: Math.max(a.source, b.source),
  target: Math.max(a.target, b.target),
  count: a.count + b.count,
})

export const fits = (lengths: Bucket, bucket: Bucket): boolean =>
  lengths.source <= bucket.source && lengths.target <= bucket.target

/** How many examples have each pair of lengths, rounded up to a multiple. */
export class LengthHistogram {
  private readonly cells = new Map<string, CountedBucket>()

  constructor(private readonly multiple: number) {
    if (!Number.isSafeInteger(multiple) || multiple < 1)
      throw new InvalidArgumentError({
        argument: 'multiple',
        expected: 'a positive integer',
        received: String(multiple),
      })
  }

  add(lengths: Bucket): void {
    const round = (length: number) => Math.ceil(length / this.multiple) * this.multiple
    const cell = { source: round(lengths.source), target: round(lengths.target), count: 0 }
    const key = `${cell.source},${cell.target}`
    const known = this.cells.get(key) ?? cell
    known.count++
    this.cells.set(key, known)
  }

  get counts(): CountedBucket[] {
    return [...this.cells.values()]
  }
}

/**
 * Joins the cells of a histogram, two at a time and the cheapest union first, until there are few enough and no union
 * makes an epoch shorter. Sorted by cost.
 */
export function chooseBuckets(histogram: LengthHistogram, options: BucketOptions): Bucket[] {
  const { batchSize, maxBuckets = 12 } = options
  let buckets = histogram.counts.sort((a, b) => a.source - b.source || a.target - b.target)
  for (;;) {
    const best = cheapestUnion(buckets, batchSize)
    if (!best || (best.extra >= 0 && buckets.length <= maxBuckets)) return sortBuckets(buckets)
    buckets = [...buckets.filter((bucket) => !best.parts.includes(bucket)), best.bucket]
  }
}

export const sortBuckets = (buckets: readonly Bucket[]): Bucket[] =>
  buckets
    .map(({ source, target }) => ({ source, target }))
    .sort((a, b) => costOf(a) - costOf(b) || a.source - b.source)

function cheapestUnion(buckets: readonly CountedBucket[], batchSize: number) {
  let best: { bucket: CountedBucket; parts: CountedBucket[]; extra: number } | null = null
  for (const [i, a] of buckets.entries())
    for (const b of buckets.slice(i + 1)) {
      const bucket = union(a, b)
      const extra = epochCost(bucket, batchSize) - epochCost(a, batchSize) - epochCost(b, batchSize)
      if (!best || extra < best.extra) best = { bucket, parts: [a, b], extra }
    }
  return best
}
