/** The main thread's side of a replica, a session in another thread: hands rows over, fetches results. */
import { arrayTypes, type DType, type NdData, sizeOf } from '../../nd-array.js'
import type { OnnxSessionOptions, OnnxTensor } from '../onnx-runtime.js'
import type { Feeds } from '../session.js'
import type { InputPort, ParallelPlan } from './plan.js'
import type { ArrayPlace } from './replica-thread.js'
import { placesOf, type RowRange, takeRows, withRows } from './rows.js'
import { endIfIdle, type ReplicaThread, threadAt } from './thread-pool.js'

/** Arrays begin at multiples of so many bytes: a cache line. */
const alignment = 64

function arrayIn(memory: ArrayBuffer, dtype: DType, { dims, offset }: ArrayPlace): NdData {
  return new arrayTypes[dtype](memory, offset ?? 0, sizeOf(dims))
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
  private places: readonly ArrayPlace[] = []

  private constructor(
    private readonly thread: ReplicaThread,
    private readonly session: number,
    private readonly plan: ParallelPlan,
  ) {}

  /** Builds a session in a thread. @param index which of the process's threads for replicas. */
  static async start({ runtime, model, options, plan }: ReplicaModel, index: number): Promise<Replica> {
    const thread = await threadAt(index, runtime)
    const { inputs } = plan
    const outputs = plan.outputs.map(({ label, dtype }) => ({ label, dtype }))
    try {
      return new Replica(thread, await thread.open({ model, options, inputs, outputs }), plan)
    } catch (error) {
      await endIfIdle(thread)
      throw error
    }
  }

  /** Copies its rows of the inputs to memory that the thread gets, and lets it run. */
  begin({ feeds, rows, ofRows, shapes }: Share): void {
    const { inputs, outputs } = this.plan
    const parts = inputs.map((port) => this.partOf(port, feeds[port.label] as OnnxTensor, rows, ofRows))
    const given = laidOut(parts.map(({ port: { dtype }, dims, isNew }) => ({ dtype, dims, isNew })))
    const results = laidOut(outputs.map(({ dtype }, i) => ({ dtype, dims: shapes[i] ?? [] })))
    const memory = this.thread.inputsOf(given.bytes)
    for (const [i, part] of parts.entries())
      if (part.isNew) copyPart(part, arrayIn(memory, part.port.dtype, given.places[i] as ArrayPlace))
    this.places = results.places
    this.thread.begin({ id: this.session, inputs: given.places, results: results.places }, results.bytes)
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

  /** The results of the last run, until the thread's next one. */
  results(): NdData[] {
    return this.plan.outputs.map(({ dtype }, i) =>
      arrayIn(this.thread.results, dtype, this.places[i] as ArrayPlace),
    )
  }

  async release(): Promise<void> {
    this.thread.close(this.session)
    await endIfIdle(this.thread)
  }
}

/** Places for arrays, one behind the other; none for those that are not new. */
function laidOut(arrays: readonly { dtype: DType; dims: readonly number[]; isNew?: boolean }[]) {
  let bytes = 0
  const places = arrays.map(({ dtype, dims, isNew = true }): ArrayPlace => {
    if (!isNew) return { dims, offset: null }
    const offset = bytes
    const size = arrayTypes[dtype].BYTES_PER_ELEMENT * sizeOf(dims)
    bytes += Math.ceil(size / alignment) * alignment
    return { dims, offset }
  })
  return { places, bytes }
}

function copyPart({ port: { axis }, whole: { data, dims }, rows }: Part, into: NdData): void {
  if (axis === null) into.set(data)
  else takeRows(data, dims, axis, rows, into)
}
