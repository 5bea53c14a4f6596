/** Parts of a batch: what each is fed, and the whole made of what each gives. */
import { type NdData, sizeOf } from '../../nd-array.js'
import { type OnnxTensor, onnxTensor } from '../onnx-runtime.js'
import type { Feeds, Fetches } from '../session.js'
import type { ParallelPlan, Port } from './plan.js'
import type { Replica } from './replica.js'
import { placesOf, putRows, type RowRange, takeRows, withRows } from './rows.js'
import { WeightedSums } from './weighted-sums.js'

export interface Division {
  feeds: Feeds
  fetches: Fetches
  /** The rows of each part. */
  ranges: readonly RowRange[]
}

export class Parts {
  private readonly scratch = new Map<string, NdData>()
  private readonly sums = new WeightedSums()

  constructor(readonly plan: ParallelPlan) {}

  /** @param ofRows how many rows there are. */
  partOf(feeds: Feeds, range: RowRange, ofRows: number): Feeds {
    const parts = this.plan.inputs.map((port): [string, OnnxTensor] => {
      const whole = feeds[port.label] as OnnxTensor
      if (port.axis === null) return [port.label, whole]
      const places = placesOf(range, whole.dims[port.axis] as number, ofRows)
      const shape = withRows(whole.dims, port.axis, places.end - places.start)
      return [port.label, onnxTensor(port.dtype, this.placesFrom(whole, port, places), shape)]
    })
    return Object.fromEntries(parts)
  }

  /** Where the first rows of the results go: to given arrays where they lie one behind the other, else to memory of the runtime's. */
  firstOf(fetches: Fetches, { end }: RowRange, ofRows: number): Fetches {
    const entries = this.plan.outputs.map(({ label, dtype, axis }) => {
      const given = fetches[label]
      if (!given || axis === null || sizeOf(given.dims.slice(0, axis)) > 1) return [label, null] as const
      const places = placesOf({ start: 0, end }, given.dims[axis] as number, ofRows)
      const shape = withRows(given.dims, axis, places.end)
      return [label, onnxTensor(dtype, given.data.subarray(0, sizeOf(shape)), shape)] as const
    })
    return Object.fromEntries(entries)
  }

  whole(division: Division): Whole {
    return new Whole(this.plan, division, this.factorsOf(division), this.sums)
  }

  /** Of the parts, what their results count for where they have no rows. */
  private factorsOf({ feeds, ranges }: Division): number[] {
    const { reduce, weights, inputs } = this.plan
    if (reduce === 'sum') return ranges.map(() => 1)
    const port = inputs.find(({ label }) => label === weights)
    const counts = port
      ? ranges.map((range) => sumOf(this.placesFrom(feeds[port.label] as OnnxTensor, port, range)))
      : ranges.map(({ start, end }) => end - start)
    const total = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count) => (total > 0 ? count / total : 1 / counts.length))
  }

  /** Without a copy where they lie one behind the other, else in memory that the next call for this input uses again. */
  private placesFrom({ data, dims }: OnnxTensor, { label, axis }: Port, range: RowRange): NdData {
    if (axis === null) return data
    const rowSize = data.length / (dims[axis] as number)
    if (sizeOf(dims.slice(0, axis)) === 1) return data.subarray(range.start * rowSize, range.end * rowSize)
    const length = (range.end - range.start) * rowSize
    let memory = this.scratch.get(label)
    if (memory?.length !== length) {
      memory = newArray(data, length)
      this.scratch.set(label, memory)
    }
    takeRows(data, dims, axis, range, memory)
    return memory
  }
}

/** The results of a batch, filled part by part. */
export class Whole {
  private readonly results: OnnxTensor[] = []
  /** Numbers in a row of each result; of one without rows, all of its numbers. */
  private readonly rowSizes: number[] = []
  private readonly rowless: readonly number[]

  constructor(
    private readonly plan: ParallelPlan,
    private readonly division: Division,
    private readonly factors: readonly number[],
    private readonly sums: WeightedSums,
  ) {
    this.rowless = plan.outputs.flatMap(({ axis }, i) => (axis === null ? [i] : []))
  }

  /** With what the first part gave. */
  begin(own: Record<string, OnnxTensor>): void {
    const { fetches, ranges } = this.division
    const [first, last] = [ranges[0], ranges.at(-1)] as [RowRange, RowRange]
    const part = this.plan.outputs.map(({ label, dtype, axis }) => {
      const { data, dims } = own[label] as OnnxTensor
      const shape = axis === null ? dims : withRows(dims, axis, last.end)
      const target = fetches[label]?.data ?? newArray(data, sizeOf(shape))
      this.results.push(onnxTensor(dtype, target, shape))
      this.rowSizes.push(axis === null ? data.length : data.length / first.end)
      return data
    })
    this.putRows(0, part)
    this.sums.begin(this.withoutRows(part), this.factors[0] as number)
  }

  /** What another part gave. */
  add(index: number, replica: Replica): void {
    const { start, end } = this.division.ranges[index] as RowRange
    const part = replica.results(
      this.plan.outputs.map(
        ({ axis }, i) => (this.rowSizes[i] as number) * (axis === null ? 1 : end - start),
      ),
    )
    this.putRows(index, part)
    this.sums.add(this.withoutRows(part), this.factors[index] as number)
  }

  finish(): Record<string, OnnxTensor> {
    this.sums.copyTo(this.withoutRows(this.results.map(({ data }) => data)))
    return Object.fromEntries(this.plan.outputs.map(({ label }, i) => [label, this.results[i] as OnnxTensor]))
  }

  private withoutRows(part: readonly NdData[]): Float32Array[] {
    return this.rowless.map((i) => part[i] as Float32Array)
  }

  private putRows(index: number, part: readonly NdData[]): void {
    const range = this.division.ranges[index] as RowRange
    for (const [i, { axis }] of this.plan.outputs.entries()) {
      if (axis === null) continue
      const { data, dims } = this.results[i] as OnnxTensor
      const rows = part[i] as NdData
      if (rows.buffer !== data.buffer) putRows(data, dims, axis, range, rows)
    }
  }
}

function newArray(like: NdData, length: number): NdData {
  return new (like.constructor as Float32ArrayConstructor)(length)
}

function sumOf(data: NdData): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i] as number
  return sum
}
