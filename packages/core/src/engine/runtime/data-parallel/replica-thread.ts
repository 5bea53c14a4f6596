/**
 * What runs in a thread of replicas: sessions of its own, one of which runs whenever the main thread asks. A thread gets
 * the text of one function, which therefore reaches nothing outside of itself: it needs no file of its own beside a
 * bundle.
 */
import type { MessagePort } from 'node:worker_threads'
import type { DType } from '../../nd-array.js'
import type { Port } from './plan.js'

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
  inputs: readonly Port[]
  outputs: readonly Port[]
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
      length: number,
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

  interface Opened {
    session: { run(feeds: object, fetches: object): Promise<unknown>; release?(): Promise<void> }
    inputs: readonly Port[]
    /** Inputs, then outputs. */
    ports: readonly Port[]
    /** Their arrays: older releases of Node.js accept no shared memory for tensors. */
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
        const { id, model, options, inputs, outputs } = request.open
        const session = await runtime.InferenceSession.create(model, options)
        sessions.set(id, { session, inputs, ports: [...inputs, ...outputs], own: [] })
      } else {
        await sessions.get(request.close)?.session.release?.()
        sessions.delete(request.close)
      }
    }
  }

  /** Whether each input is to be read, the sizes of all arrays, and where the numbers begin. */
  const readHeader = ({ inputs, ports }: Opened) => {
    const header = new Int32Array(
      memory.inputs,
      0,
      ports.reduce((sum, { rank }) => sum + rank, inputs.length),
    )
    let place = 0
    const arrays = ports.map(({ rank }, i) => {
      const isNew = i < inputs.length && header[place++] === 1
      place += rank
      return { isNew, dims: Array.from(header.subarray(place - rank, place)) }
    })
    return { arrays, end: aligned(header.byteLength) }
  }

  /** Visits arrays, and as many numbers of shared memory for each, one behind the other. */
  const besideShared = (
    shared: SharedArrayBuffer,
    start: number,
    arrays: readonly Float32Array[],
    visit: (array: Float32Array, inShared: Float32Array) => void,
  ) => {
    let offset = start
    for (const array of arrays) {
      const like = array.constructor as new (
        memory: SharedArrayBuffer,
        offset: number,
        length: number,
      ) => Float32Array
      visit(array, new like(shared, offset, array.length))
      offset += aligned(array.byteLength)
    }
  }

  const runSession = async (asked: Opened | undefined) => {
    if (!asked) throw new Error('the session has been released')
    const { session, inputs, ports, own } = asked
    const { arrays, end } = readHeader(asked)
    const tensors = ports.map(({ label, dtype }, i) => {
      const { dims } = arrays[i] as { dims: number[] }
      const size = dims.reduce((product, dimension) => product * dimension, 1)
      if (own[i]?.length !== size) own[i] = new constructors[dtype](size)
      return [label, new runtime.Tensor(dtype, own[i], dims)]
    })
    const fresh = own.filter((_, i) => arrays[i]?.isNew)
    besideShared(memory.inputs, end, fresh, (array, given) => array.set(given))
    const [feeds, fetches] = [tensors.slice(0, inputs.length), tensors.slice(inputs.length)]
    await session.run(Object.fromEntries(feeds), Object.fromEntries(fetches))
    besideShared(memory.results, 0, own.slice(inputs.length), (array, result) => result.set(array))
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
