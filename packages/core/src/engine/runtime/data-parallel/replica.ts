/** The main thread's side of a replica, a session in another thread: hands rows over, fetches results. */
import { type DType, type NdData, sizeOf } from '../../nd-array.js'
import type { OnnxSessionOptions, OnnxTensor } from '../onnx-runtime.js'
import type { Feeds } from '../session.js'
import type { InputPort, ParallelPlan } from './plan.js'
import { alignment } from './replica-thread.js'
import { placesOf, type RowRange, takeRows, withRows } from './rows.js'
import { endIfIdle, type ReplicaThread, threadAt } from './thread-pool.js'

const constructors = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

function sharedArray(dtype: DType, memory: SharedArrayBuffer, offset: number, length: number): NdData {
  type Shared = new (memory: SharedArrayBuffer, offset: number, length: number) => NdData
  return new (constructors[dtype] as Shared)(memory, offset, length)
}

export interface ReplicaModel {
  /** The main file of onnxruntime-node. */
  runtime: string
  model: Uint8Array
  options: OnnxSessionOptions
  plan: ParallelPlan
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
  shape: readonly number[]
  places: RowRange
  isNew: boolean
}

const aligned = (bytes: number) => Math.ceil(bytes / alignment) * alignment
const bytesOf = (dtype: DType, length: number) => aligned(constructors[dtype].BYTES_PER_ELEMENT * length)

/** All but `results` within `withThreads`. */
export class Replica {
  /** What the thread has of each stable input. */
  private readonly known = new Map<string, KnownRows>()

  private constructor(
    private readonly thread: ReplicaThread,
    private readonly session: number,
    private readonly plan: ParallelPlan,
  ) {}

  /** Builds a session in a thread. @param index which of the process's threads for replicas. */
  static async start({ runtime, model, options, plan }: ReplicaModel, index: number): Promise<Replica> {
    const thread = await threadAt(index, runtime)
    const { inputs } = plan
    const outputs = plan.outputs.map(({ label }) => label)
    try {
      return new Replica(thread, await thread.open({ model, options, inputs, outputs }), plan)
    } catch (error) {
      await endIfIdle(thread)
      throw error
    }
  }

  /** Copies its rows of the inputs to where the thread reads them, and lets it run. */
  begin(feeds: Feeds, rows: RowRange, ofRows: number): void {
    const parts = this.plan.inputs.map((port) =>
      this.partOf(port, feeds[port.label] as OnnxTensor, rows, ofRows),
    )
    const header = parts.flatMap(({ isNew, shape }) => [isNew ? 1 : 0, ...shape])
    let offset = aligned(4 * header.length)
    const bytes = parts.map(({ isNew, port, shape }) => (isNew ? bytesOf(port.dtype, sizeOf(shape)) : 0))
    const memory = this.thread.inputsOf(bytes.reduce((sum, n) => sum + n, offset))
    new Int32Array(memory, 0, header.length).set(header)
    for (const [i, { isNew, port, whole, shape, places }] of parts.entries()) {
      if (!isNew) continue
      const into = sharedArray(port.dtype, memory, offset, sizeOf(shape))
      if (port.axis === null) into.set(whole.data)
      else takeRows(whole.data, whole.dims, port.axis, places, into)
      offset += bytes[i] as number
    }
    this.thread.begin(this.session)
  }

  private partOf(port: InputPort, whole: OnnxTensor, rows: RowRange, ofRows: number): Part {
    const { axis, label, isStable } = port
    const length = axis === null ? 0 : (whole.dims[axis] as number)
    const places = placesOf(rows, length, ofRows)
    const shape = axis === null ? whole.dims : withRows(whole.dims, axis, places.end - places.start)
    const part = { port, whole, shape, places, isNew: true }
    if (!isStable) return part
    const before = this.known.get(label)
    const now = { ...places, data: whole.data, shape: whole.dims.join() }
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

  /** The results of the last run, whose lengths the caller knows: in shared memory, until the thread's next run. */
  results(lengths: readonly number[]): NdData[] {
    let offset = 0
    return this.plan.outputs.map(({ dtype }, i) => {
      const length = lengths[i] as number
      const result = sharedArray(dtype, this.thread.outputs, offset, length)
      offset += bytesOf(dtype, length)
      return result
    })
  }

  async release(): Promise<void> {
    this.thread.close(this.session)
    await endIfIdle(this.thread)
  }
}
