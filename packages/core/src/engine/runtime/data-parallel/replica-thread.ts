/**
 * What runs in a thread of replicas: sessions of its own, one of which runs whenever the main thread asks. A thread gets
 * the text of one function, which therefore reaches nothing outside of itself: it needs no file of its own beside a
 * bundle.
 */
import type { MessagePort } from 'node:worker_threads'
import type { DType } from '../../nd-array.js'
import type { InputPort, OutputPort } from './plan.js'

/**
 * Places in the control array: the last turn asked for, the last one done, whether it failed, and which session is to run;
 * 0: none, messages only.
 */
export const places = { asked: 0, done: 1, failed: 2, session: 3 } as const

/** Arrays in shared memory begin at multiples of so many bytes: a cache line. */
export const alignment = 64

export interface ThreadData {
  places: typeof places
  alignment: number
  /** The main file of onnxruntime-node. */
  runtime: string
  control: SharedArrayBuffer
  /** For messages, read at a turn and not by the event loop, which stands still. */
  port: MessagePort
  /** So long the next turn is looked out for before the thread goes to sleep. */
  spinMs: number
}

export interface SessionRequest {
  /** Its number, from 1. */
  id: number
  model: Uint8Array
  options: object
  inputs: readonly InputPort[]
  outputs: readonly Pick<OutputPort, 'label' | 'dtype' | 'rank'>[]
}

export interface SharedMemory {
  /**
   * Begins, as int32, with whether each input is to be read (0: it is as it was) and the sizes of its axes, then those of
   * each result; the numbers of the inputs to be read follow.
   */
  inputs: SharedArrayBuffer
  results: SharedArrayBuffer
}

/** From the main thread: other memory from this turn on, and sessions to build or to free. */
export type ThreadRequest = { memory: SharedMemory } | { open: SessionRequest } | { close: number }

/** To the main thread: why there are no results. */
export type ThreadMessage = { error: string }

/** Source text for a thread; compilers may wrap functions in a helper that keeps their names. */
export function threadSource(): string {
  return `const __name = (f) => f; (${replicaThread})(require)`
}

async function replicaThread(load: NodeJS.Require): Promise<void> {
  const fs: typeof import('node:fs') = load('node:fs')
  const path: typeof import('node:path') = load('node:path')
  const threads: typeof import('node:worker_threads') = load('node:worker_threads')
  const { places: at, alignment: step, ...data }: ThreadData = threads.workerData
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

  interface Opened extends Pick<SessionRequest, 'inputs' | 'outputs'> {
    session: { run(feeds: object, fetches: object): Promise<unknown>; release?(): Promise<void> }
    /** Arrays of the inputs, then of the results: older releases of Node.js accept no shared memory for tensors. */
    own: Float32Array[]
  }

  const runtime = loadRuntime()
  const control = new Int32Array(data.control)
  const sessions = new Map<number, Opened>()
  const aligned = (bytes: number) => Math.ceil(bytes / step) * step
  let memory: SharedMemory = { inputs: new SharedArrayBuffer(0), results: new SharedArrayBuffer(0) }

  const nextTurn = (last: number) => {
    const idleSince = performance.now()
    while (Atomics.load(control, at.asked) === last)
      if (performance.now() - idleSince > data.spinMs) Atomics.wait(control, at.asked, last)
    return Atomics.load(control, at.asked)
  }

  const readMessages = async () => {
    for (;;) {
      const received = threads.receiveMessageOnPort(data.port)
      if (!received) return
      const request = received.message as ThreadRequest
      if ('memory' in request) memory = request.memory
      else if ('open' in request) {
        const { id, model, options, ...ports } = request.open
        const session = await runtime.InferenceSession.create(model, options)
        sessions.set(id, { ...ports, session, own: [] })
      } else {
        await sessions.get(request.close)?.session.release?.()
        sessions.delete(request.close)
      }
    }
  }

  const runSession = async (asked: Opened | undefined) => {
    if (!asked) throw new Error('the session has been released')
    const { session, inputs, outputs, own } = asked
    const ranks = [...inputs, ...outputs].map(({ rank }) => rank)
    const length = ranks.reduce((sum, rank) => sum + rank, inputs.length)
    const header = new Int32Array(memory.inputs, 0, length)
    let place = 0
    /** The tensor over array number `i` of the session's own, with the sizes that the header gives it. */
    const nextTensor = (i: number, dtype: DType, rank: number) => {
      const dims = Array.from(header.subarray(place, place + rank))
      place += rank
      const size = dims.reduce((product, dimension) => product * dimension, 1)
      if (own[i]?.length !== size) own[i] = new constructors[dtype](size)
      return new runtime.Tensor(dtype, own[i], dims)
    }
    let offset = aligned(header.byteLength)
    const feeds = inputs.map(({ label, dtype, rank }, i) => {
      const isNew = header[place++] === 1
      const tensor = nextTensor(i, dtype, rank)
      const array = own[i] as Float32Array
      if (isNew) {
        array.set(new constructors[dtype](memory.inputs, offset, array.length))
        offset += aligned(array.byteLength)
      }
      return [label, tensor]
    })
    const fetches = outputs.map(({ label, dtype, rank }, k) => [
      label,
      nextTensor(inputs.length + k, dtype, rank),
    ])
    await session.run(Object.fromEntries(feeds), Object.fromEntries(fetches))
    offset = 0
    for (const [k, { dtype }] of outputs.entries()) {
      const array = own[inputs.length + k] as Float32Array
      new constructors[dtype](memory.results, offset, array.length).set(array)
      offset += aligned(array.byteLength)
    }
  }

  threads.parentPort?.postMessage('ready')
  for (let turn = nextTurn(0); ; turn = nextTurn(turn)) {
    try {
      await readMessages()
      if (control[at.session] !== 0) await runSession(sessions.get(control[at.session] as number))
      Atomics.store(control, at.failed, 0)
    } catch (error) {
      Atomics.store(control, at.failed, 1)
      const message: ThreadMessage = { error: error instanceof Error ? error.message : String(error) }
      data.port.postMessage(message)
    }
    Atomics.store(control, at.done, turn)
    Atomics.notify(control, at.done)
    // Who waits for a session lets the event loop turn meanwhile.
    if (control[at.session] === 0) threads.parentPort?.postMessage('done')
  }
}
