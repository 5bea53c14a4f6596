/** Parts of a batch: what each is fed, and the whole made of what each gives. */
import { arrayTypes, type NdData, sizeOf } from '../../nd-array.js'
import { evaluateShape } from '../../symbolic/symbols.js'
import { type OnnxTensor, onnxTensor } from '../onnx-runtime.js'
import type { Feeds, Fetches, OpenSizes } from '../session.js'
import type { OutputPort, ParallelPlan, Port } from './plan.js'
import type { Replica } from './replica.js'
import { placesOf, putRows, type RowRange, takeRows, withRows } from './rows.js'
import { WeightedSums } from './weighted-sums.js'

export interface Division {
  feeds: Feeds
  fetches: Fetches
  sizes: OpenSizes
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
  private readonly results: readonly OnnxTensor[]
  private readonly firstSums: readonly Float32Array[]

  constructor(
    private readonly plan: ParallelPlan,
    private readonly division: Division,
    private readonly factors: readonly number[],
    private readonly sums: WeightedSums,
  ) {
    this.results = plan.outputs.map((port) => {
      const shape = this.shapeOf(port)
      const data = division.fetches[port.label]?.data ?? new arrayTypes[port.dtype](sizeOf(shape))
      return onnxTensor(port.dtype, data, shape)
    })
    const lengths = this.withoutRows(this.results.map(({ data }) => data)).map(({ length }) => length)
    this.firstSums = sums.begin(lengths, factors[0] as number)
  }

  /** Shapes of a part's results. */
  shapesOf(part: number): number[][] {
    const { start, end } = this.division.ranges[part] as RowRange
    return this.plan.outputs.map((port) => {
      const shape = this.shapeOf(port)
      return port.axis === null ? shape : withRows(shape, port.axis, end - start)
    })
  }

  /**
   * Where the first part's results go: in place wherever its rows lie one behind the other; null: to the runtime's memory.
   */
  firstFetches(): Fetches {
    const sums = [...this.firstSums]
    const shapes = this.shapesOf(0)
    const entries = this.plan.outputs.map(({ label, dtype, axis }, i): [string, OnnxTensor | null] => {
      const shape = shapes[i] as number[]
      if (axis === null) return [label, onnxTensor(dtype, sums.shift() as Float32Array, shape)]
      if (sizeOf(shape.slice(0, axis)) > 1) return [label, null]
      const { data } = this.results[i] as OnnxTensor
      return [label, onnxTensor(dtype, data.subarray(0, sizeOf(shape)), shape)]
    })
    return Object.fromEntries(entries)
  }

  /** What the first part gave. */
  begin(own: Record<string, OnnxTensor>): void {
    this.putRows(
      0,
      this.plan.outputs.map(({ label }) => (own[label] as OnnxTensor).data),
    )
  }

  /** What another part gave. */
  add(part: number, replica: Replica): void {
    const results = replica.results()
    this.putRows(part, results)
    this.sums.add(this.withoutRows(results), this.factors[part] as number)
  }

  finish(): Record<string, OnnxTensor> {
    this.sums.copyTo(this.withoutRows(this.results.map(({ data }) => data)))
    return Object.fromEntries(this.plan.outputs.map(({ label }, i) => [label, this.results[i] as OnnxTensor]))
  }

  private shapeOf({ sizes }: OutputPort): number[] {
    return evaluateShape(sizes, this.division.sizes)
  }

  private withoutRows(results: readonly NdData[]): Float32Array[] {
    return results.filter((_, i) => this.plan.outputs[i]?.axis === null) as Float32Array[]
  }

  private putRows(part: number, results: readonly NdData[]): void {
    const range = this.division.ranges[part] as RowRange
    for (const [i, { axis }] of this.plan.outputs.entries()) {
      if (axis === null) continue
      const { data, dims } = this.results[i] as OnnxTensor
      const rows = results[i] as NdData
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
