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

  add(lengths: Bucket, count = 1): void {
    const round = (length: number) => Math.ceil(length / this.multiple) * this.multiple
    const cell = { source: round(lengths.source), target: round(lengths.target), count: 0 }
    const key = `${cell.source},${cell.target}`
    const known = this.cells.get(key) ?? cell
    known.count += count
    this.cells.set(key, known)
  }

  /** The cells, on a coarser grid where there would be more than `limit`. */
  counts(limit: number): CountedBucket[] {
    if (this.cells.size <= limit)
      return [...this.cells.values()].sort((a, b) => a.source - b.source || a.target - b.target)
    const coarser = new LengthHistogram(this.multiple * 2)
    for (const cell of this.cells.values()) coarser.add(cell, cell.count)
    return coarser.counts(limit)
  }
}

/** To choose among more cells takes seconds and gains nothing. */
const maxCells = 1000

/**
 * Joins the cells of a histogram, two at a time and the cheapest union first, until there are few enough and no union
 * makes an epoch shorter. Sorted by cost.
 */
export function chooseBuckets(histogram: LengthHistogram, options: BucketOptions): Bucket[] {
  const { batchSize, maxBuckets = 12 } = options
  const unions = new CheapestUnions(histogram.counts(maxCells), batchSize)
  while (unions.size > 1 && (unions.cheapest.extra < 0 || unions.size > maxBuckets)) unions.join()
  return sortBuckets(unions.buckets)
}

export const sortBuckets = (buckets: readonly Bucket[]): Bucket[] =>
  buckets
    .map(({ source, target }) => ({ source, target }))
    .sort((a, b) => costOf(a) - costOf(b) || a.source - b.source)

interface Partner {
  index: number
  /** By how much an epoch grows when the two are joined; negative when it shrinks. */
  extra: number
}

const noPartner: Partner = { index: -1, extra: Number.POSITIVE_INFINITY }

/** Buckets with the cheapest partner of each, kept up to date as they are joined: a corpus may have thousands. */
class CheapestUnions {
  private readonly partners: Partner[]

  constructor(
    readonly buckets: CountedBucket[],
    private readonly batchSize: number,
  ) {
    this.partners = buckets.map((_, i) => this.findPartner(i))
  }

  get size(): number {
    return this.buckets.length
  }

  /** The partner of the bucket that is cheapest to join. */
  get cheapest(): Partner {
    return this.partners[this.cheapestIndex()] as Partner
  }

  /** Joins the cheapest two. */
  join(): void {
    const i = this.cheapestIndex()
    const j = (this.partners[i] as Partner).index
    const [first, second] = [Math.min(i, j), Math.max(i, j)]
    this.buckets[first] = union(this.buckets[first] as CountedBucket, this.buckets[second] as CountedBucket)
    this.buckets.splice(second, 1)
    this.partners.splice(second, 1)
    this.partners.forEach((partner, k) => {
      this.partners[k] = this.updated(partner, k, first, second)
    })
  }

  private updated(partner: Partner, k: number, joined: number, gone: number): Partner {
    if (k === joined || partner.index === joined || partner.index === gone) return this.findPartner(k)
    const extra = this.extraOf(k, joined)
    if (extra < partner.extra) return { index: joined, extra }
    return partner.index > gone ? { index: partner.index - 1, extra: partner.extra } : partner
  }

  private cheapestIndex(): number {
    let best = 0
    for (let i = 1; i < this.partners.length; i++)
      if ((this.partners[i] as Partner).extra < (this.partners[best] as Partner).extra) best = i
    return best
  }

  private findPartner(i: number): Partner {
    let index = -1
    let extra = Number.POSITIVE_INFINITY
    for (let j = 0; j < this.buckets.length; j++) {
      const candidate = j === i ? extra : this.extraOf(i, j)
      if (candidate < extra) {
        index = j
        extra = candidate
      }
    }
    return index < 0 ? noPartner : { index, extra }
  }

  private extraOf(i: number, j: number): number {
    const a = this.buckets[i] as CountedBucket
    const b = this.buckets[j] as CountedBucket
    return (
      epochCost(union(a, b), this.batchSize) - epochCost(a, this.batchSize) - epochCost(b, this.batchSize)
    )
  }
}
