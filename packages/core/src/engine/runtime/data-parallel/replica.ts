/** The main thread's side of a replica: hands rows over, fetches results. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { EngineError } from '../../../errors.js'
import { type DType, type NdData, sizeOf } from '../../nd-array.js'
import { firstLine } from '../../optional-module.js'
import type { OnnxSessionOptions, OnnxTensor } from '../onnx-runtime.js'
import type { Feeds } from '../session.js'
import type { ParallelPlan, Port } from './plan.js'
import {
  alignment,
  places,
  type ReplicaData,
  type ReplicaMessage,
  type ReplicaRequest,
  replicaSource,
} from './replica-thread.js'
import { placesOf, type RowRange, takeRows, withRows } from './rows.js'

const constructors = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

function sharedArray(dtype: DType, memory: SharedArrayBuffer, offset: number, length: number): NdData {
  type Shared = new (memory: SharedArrayBuffer, offset: number, length: number) => NdData
  return new (constructors[dtype] as Shared)(memory, offset, length)
}

/** Longer than the work between two steps of training takes, as a rule; asleep, a thread is slow to come back. */
const spinMs = 2
/** So long the event loop may stand still while a replica works on. */
const waitMs = 20

export interface ReplicaModel {
  /** The main file of onnxruntime-node. */
  runtime: string
  model: Uint8Array
  options: OnnxSessionOptions
  plan: ParallelPlan
}

const alignedBytes = ({ BYTES_PER_ELEMENT }: { BYTES_PER_ELEMENT: number }, length: number) =>
  Math.ceil((length * BYTES_PER_ELEMENT) / alignment) * alignment

export class Replica {
  private readonly port: MessagePort
  private inputs = new SharedArrayBuffer(0)
  private outputs = new SharedArrayBuffer(0)
  private turn = 0
  /** Why the thread has ended. */
  private ended: string | null = null

  private constructor(
    private readonly worker: Worker,
    channel: MessageChannel,
    private readonly control: Int32Array,
    private readonly plan: ParallelPlan,
  ) {
    this.port = channel.port1
    this.port.unref()
    worker.unref()
    worker.on('error', (error) => {
      this.ended ??= firstLine(error)
    })
    worker.on('exit', (code) => {
      this.ended ??= `it ended with code ${code}`
    })
  }

  /** Starts a thread and waits until its session is built. */
  static async start({ runtime, model, options, plan }: ReplicaModel): Promise<Replica> {
    const channel = new MessageChannel()
    const { inputs, ranks, outputs } = plan
    const rank = ranks.reduce((sum, n) => sum + n, 0)
    const control = new SharedArrayBuffer(4 * (places.sizes + rank))
    const workerData: ReplicaData = {
      places,
      alignment,
      runtime,
      model,
      options,
      inputs: inputs.map((port, i) => ({ ...port, rank: ranks[i] as number })),
      outputs: outputs.map(({ label }) => label),
      control,
      port: channel.port2,
      spinMs,
    }
    const worker = new Worker(replicaSource(), {
      eval: true,
      workerData,
      transferList: [channel.port2],
      execArgv: [],
      name: 'attentive replica',
    })
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve())
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the thread ended with code ${code}`)))
    })
    return new Replica(worker, channel, new Int32Array(control), plan)
  }

  /** Copies its rows of the inputs to where the thread reads them, and lets it run. */
  begin(feeds: Feeds, rows: RowRange, ofRows: number): void {
    const placesIn = ({ dims }: OnnxTensor, axis: number) => placesOf(rows, dims[axis] as number, ofRows)
    const shapes = this.plan.inputs.map(({ label, axis }) => {
      const whole = feeds[label] as OnnxTensor
      if (axis === null) return whole.dims
      const { start, end } = placesIn(whole, axis)
      return withRows(whole.dims, axis, end - start)
    })
    this.growInputs(shapes)
    let offset = 0
    let size: number = places.sizes
    for (const [i, { label, dtype, axis }] of this.plan.inputs.entries()) {
      const shape = shapes[i] as number[]
      const into = sharedArray(dtype, this.inputs, offset, sizeOf(shape))
      const whole = feeds[label] as OnnxTensor
      if (axis === null) into.set(whole.data)
      else takeRows(whole.data, whole.dims, axis, placesIn(whole, axis), into)
      this.control.set(shape, size)
      size += shape.length
      offset += alignedBytes(constructors[dtype], into.length)
    }
    Atomics.store(this.control, places.asked, ++this.turn)
    Atomics.notify(this.control, places.asked)
  }

  /** Waits for the run that has begun. */
  async finish(): Promise<void> {
    const started = performance.now()
    const done = () => Atomics.load(this.control, places.done)
    while (done() !== this.turn) {
      if (performance.now() - started < spinMs) continue
      Atomics.wait(this.control, places.done, this.turn - 1, waitMs)
      if (done() === this.turn) break
      await new Promise((resolve) => setImmediate(resolve))
      if (this.ended !== null) throw this.failure(this.ended)
    }
    let error = 'an unknown error'
    for (
      let received = receiveMessageOnPort(this.port);
      received;
      received = receiveMessageOnPort(this.port)
    ) {
      const message = received.message as ReplicaMessage
      if ('error' in message) error = message.error
      else this.outputs = message.outputs
    }
    if (this.control[places.failed]) throw this.failure(error)
  }

  /** The results of the last run, whose lengths the caller knows: in shared memory, until the next run. */
  results(lengths: readonly number[]): NdData[] {
    let offset = 0
    return this.plan.outputs.map(({ dtype }, i) => {
      const result = sharedArray(dtype, this.outputs, offset, lengths[i] as number)
      offset += alignedBytes(constructors[dtype], result.length)
      return result
    })
  }

  async release(): Promise<void> {
    await this.worker.terminate()
  }

  private growInputs(shapes: readonly (readonly number[])[]): void {
    const bytesOf = ({ dtype }: Port, i: number) =>
      alignedBytes(constructors[dtype], sizeOf(shapes[i] as number[]))
    const bytes = this.plan.inputs.reduce((sum, port, i) => sum + bytesOf(port, i), 0)
    if (this.inputs.byteLength >= bytes) return
    this.inputs = new SharedArrayBuffer(bytes)
    this.port.postMessage({ inputs: this.inputs } satisfies ReplicaRequest)
  }

  private failure(received: string): EngineError {
    return new EngineError({
      argument: 'ONNX Runtime',
      expected: 'to run the graph on a part of the batch',
      received: received.replace(/[.\s]+$/, ''),
    })
  }
}
