/**
 * What runs in the thread of a replica: a session of its own, run whenever the main thread asks. A thread gets the text
 * of one function, which therefore reaches nothing outside of itself: it needs no file of its own beside a bundle.
 */
import type { MessagePort } from 'node:worker_threads'
import type { DType, NdData } from '../../nd-array.js'
import type { Port } from './plan.js'

/** Places in the control array: the last run asked for, the last one done, whether it failed, sizes of inputs' axes. */
export const places = { asked: 0, done: 1, failed: 2, sizes: 3 } as const

/** Arrays in shared memory begin at multiples of so many bytes. */
export const alignment = 8

export interface ReplicaData {
  places: typeof places
  alignment: number
  /** The main file of onnxruntime-node. */
  runtime: string
  model: Uint8Array
  options: object
  inputs: readonly (Port & { rank: number })[]
  outputs: readonly string[]
  control: SharedArrayBuffer
  /** For messages about memory and errors, read at once and not by the event loop, which stands still. */
  port: MessagePort
  /** So long the next run is looked out for before the thread goes to sleep. */
  spinMs: number
}

/** From the main thread: where inputs are from the next run on. */
export interface ReplicaRequest {
  inputs: SharedArrayBuffer
}

/** To the main thread: where results are from this run on, or why there are none. */
export type ReplicaMessage = { outputs: SharedArrayBuffer } | { error: string }

/** Source text for a thread; compilers may wrap functions in a helper that keeps their names. */
export function replicaSource(): string {
  return `const __name = (f) => f; (${replicaThread})(require)`
}

async function replicaThread(load: NodeJS.Require): Promise<void> {
  const fs: typeof import('node:fs') = load('node:fs')
  const path: typeof import('node:path') = load('node:path')
  const threads: typeof import('node:worker_threads') = load('node:worker_threads')
  const { places: at, alignment: step, ...data }: ReplicaData = threads.workerData
  const constructors = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as unknown as Record<
    DType,
    new (
      memory: number | SharedArrayBuffer,
      offset?: number,
      length?: number,
    ) => Float32Array
  >

  /**
   * Releases before 1.22 keep static handles of the first thread that loads the add-on, and end the process when another
   * one that has loaded it ends: each thread loads a copy, which to the system is a library of its own.
   */
  const loadRuntime = () => {
    const folder = fs.mkdtempSync(path.join(load('node:os').tmpdir(), 'attentive-'))
    load.extensions['.node'] = (module, file) => {
      const copy = path.join(folder, path.basename(file))
      fs.copyFileSync(file, copy)
      ;(process as unknown as { dlopen(module: object, file: string): void }).dlopen(module, copy)
    }
    try {
      return load(data.runtime)
    } finally {
      try {
        fs.rmSync(folder, { recursive: true, force: true })
      } catch {
        // Some systems do not delete a library that is in use.
      }
    }
  }

  const runtime = loadRuntime()
  const session = await runtime.InferenceSession.create(data.model, data.options)
  const control = new Int32Array(data.control)
  const fetches = Object.fromEntries(data.outputs.map((label) => [label, null]))
  const aligned = ({ byteLength }: NdData) => Math.ceil(byteLength / step) * step
  let inputs = new SharedArrayBuffer(0)
  let outputs = new SharedArrayBuffer(0)

  const nextTurn = (last: number) => {
    const idleSince = performance.now()
    while (Atomics.load(control, at.asked) === last)
      if (performance.now() - idleSince > data.spinMs) Atomics.wait(control, at.asked, last)
    return Atomics.load(control, at.asked)
  }

  const readMessages = () => {
    for (;;) {
      const received = threads.receiveMessageOnPort(data.port)
      if (!received) return
      inputs = (received.message as ReplicaRequest).inputs
    }
  }

  // Older releases of Node.js accept no shared memory for tensors.
  const own: Float32Array[] = []
  const feedsOfTurn = () => {
    const feeds: Record<string, unknown> = {}
    let offset = 0
    let place: number = at.sizes
    for (const [i, { label, dtype, rank }] of data.inputs.entries()) {
      const dims = Array.from(control.subarray(place, place + rank))
      const length = dims.reduce((product, size) => product * size, 1)
      if (own[i]?.length !== length) own[i] = new constructors[dtype](length)
      const array = own[i] as Float32Array
      array.set(new constructors[dtype](inputs, offset, length))
      feeds[label] = new runtime.Tensor(dtype, array, dims)
      place += rank
      offset += aligned(array)
    }
    return feeds
  }

  const writeResults = (results: Record<string, { data: Float32Array }>) => {
    const arrays = data.outputs.map((label) => (results[label] as { data: Float32Array }).data)
    const bytes = arrays.reduce((sum, array) => sum + aligned(array), 0)
    if (outputs.byteLength < bytes) {
      outputs = new SharedArrayBuffer(bytes)
      data.port.postMessage({ outputs } satisfies ReplicaMessage)
    }
    let offset = 0
    for (const array of arrays) {
      const shared = array.constructor as new (
        memory: SharedArrayBuffer,
        offset: number,
        length: number,
      ) => Float32Array
      new shared(outputs, offset, array.length).set(array)
      offset += aligned(array)
    }
  }

  threads.parentPort?.postMessage('ready')
  for (let turn = nextTurn(0); ; turn = nextTurn(turn)) {
    try {
      readMessages()
      writeResults(await session.run(feedsOfTurn(), fetches))
      Atomics.store(control, at.failed, 0)
    } catch (error) {
      Atomics.store(control, at.failed, 1)
      const message: ReplicaMessage = { error: error instanceof Error ? error.message : String(error) }
      data.port.postMessage(message)
    }
    Atomics.store(control, at.done, turn)
    Atomics.notify(control, at.done)
  }
}
