/** The main thread's side of a replica, a session in another thread: hands rows over, fetches results. */
import { arrayTypes, type DType, type NdData, sizeOf } from '../../nd-array.js'
import type { OnnxSessionOptions, OnnxTensor } from '../onnx-runtime.js'
import type { Feeds } from '../session.js'
import type { InputPort, ParallelPlan } from './plan.js'
import { alignment } from './replica-thread.js'
import { placesOf, type RowRange, takeRows, withRows } from './rows.js'
import { endIfIdle, type ReplicaThread, threadAt } from './thread-pool.js'

const aligned = (bytes: number) => Math.ceil(bytes / alignment) * alignment
const bytesOf = (dtype: DType, dims: readonly number[]) =>
  aligned(arrayTypes[dtype].BYTES_PER_ELEMENT * sizeOf(dims))

function arrayIn(memory: SharedArrayBuffer, offset: number, dtype: DType, dims: readonly number[]): NdData {
  type Shared = new (memory: SharedArrayBuffer, offset: number, length: number) => NdData
  return new (arrayTypes[dtype] as Shared)(memory, offset, sizeOf(dims))
}

export interface ReplicaModel {
  /** The main file of onnxruntime-node. */
  runtime: string
  model: Uint8Array
  options: OnnxSessionOptions
  plan: ParallelPlan
}

/** What a replica works on. */
export interface Share {
  feeds: Feeds
  rows: RowRange
  /** How many rows there are. */
  ofRows: number
  /** Shapes of its results. */
  shapes: readonly (readonly number[])[]
}

/** Rows of an array, by their place in it. */
interface KnownRows {
  data: WeakRef<NdData>
  start: number
  end: number
  shape: string
}

/** What a replica gets of an input. */
interface Part {
  port: InputPort
  whole: OnnxTensor
  /** Of the part. */
  dims: readonly number[]
  rows: RowRange
  isNew: boolean
}

/** All within `withThreads`. */
export class Replica {
  /** What the thread has of each stable input. */
  private readonly known = new Map<string, KnownRows>()
  /** Of the last run's results. */
  private shapes: Share['shapes'] = []

  private constructor(
    private readonly thread: ReplicaThread,
    private readonly session: number,
    private readonly plan: ParallelPlan,
  ) {}

  /** Builds a session in a thread. @param index which of the process's threads for replicas. */
  static async start({ runtime, model, options, plan }: ReplicaModel, index: number): Promise<Replica> {
    const thread = await threadAt(index, runtime)
    const { inputs, outputs } = plan
    try {
      return new Replica(thread, await thread.open({ model, options, inputs, outputs }), plan)
    } catch (error) {
      await endIfIdle(thread)
      throw error
    }
  }

  /** Copies its rows of the inputs to where the thread reads them, and lets it run. */
  begin({ feeds, rows, ofRows, shapes }: Share): void {
    const { inputs, outputs } = this.plan
    const parts = inputs.map((port) => this.partOf(port, feeds[port.label] as OnnxTensor, rows, ofRows))
    const header = [...parts.flatMap(({ isNew, dims }) => [isNew ? 1 : 0, ...dims]), ...shapes.flat()]
    const fresh = parts.filter(({ isNew }) => isNew)
    const inputBytes = sum(fresh.map(({ port, dims }) => bytesOf(port.dtype, dims)))
    const resultBytes = sum(outputs.map(({ dtype }, i) => bytesOf(dtype, shapes[i] as number[])))
    let offset = aligned(4 * header.length)
    const memory = this.thread.memoryOf(offset + inputBytes, resultBytes)
    new Int32Array(memory.inputs, 0, header.length).set(header)
    for (const part of fresh) {
      const { port, dims } = part
      copyPart(part, arrayIn(memory.inputs, offset, port.dtype, dims))
      offset += bytesOf(port.dtype, dims)
    }
    this.shapes = shapes
    this.thread.begin(this.session)
  }

  private partOf(port: InputPort, whole: OnnxTensor, range: RowRange, ofRows: number): Part {
    const { axis, label, isStable } = port
    const length = axis === null ? 0 : (whole.dims[axis] as number)
    const rows = placesOf(range, length, ofRows)
    const dims = axis === null ? whole.dims : withRows(whole.dims, axis, rows.end - rows.start)
    const part = { port, whole, dims, rows, isNew: true }
    if (!isStable) return part
    const before = this.known.get(label)
    const now = { ...rows, data: whole.data, shape: whole.dims.join() }
    const isKnown =
      before?.data.deref() === now.data &&
      before.shape === now.shape &&
      before.start === now.start &&
      before.end === now.end
    this.known.set(label, { ...now, data: new WeakRef(now.data) })
    return { ...part, isNew: !isKnown }
  }

  /** Waits for the run that has begun. */
  async finish(): Promise<void> {
    try {
      await this.thread.finish()
    } catch (error) {
      // It may not have got as far as reading them.
      this.known.clear()
      throw error
    }
  }

  /** The results of the last run: in shared memory, until the thread's next one. */
  results(): NdData[] {
    let offset = 0
    return this.plan.outputs.map(({ dtype }, i) => {
      const dims = this.shapes[i] as number[]
      const result = arrayIn(this.thread.results, offset, dtype, dims)
      offset += bytesOf(dtype, dims)
      return result
    })
  }

  async release(): Promise<void> {
    this.thread.close(this.session)
    await endIfIdle(this.thread)
  }
}

function copyPart({ port: { axis }, whole: { data, dims }, rows }: Part, into: NdData): void {
  if (axis === null) into.set(data)
  else takeRows(data, dims, axis, rows, into)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
