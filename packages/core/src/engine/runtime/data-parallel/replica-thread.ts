/**
 * What runs in a thread of replicas: sessions of its own, one of which runs whenever the main thread asks. A thread gets
 * the text of one function, which therefore reaches nothing outside of itself: it needs no file of its own beside a
 * bundle.
 */
import type { MessagePort } from 'node:worker_threads'
import type { DType } from '../../nd-array.js'
import type { InputPort, Port } from './plan.js'

/** Places in the control array: the last turn asked for, the last one done, and whether it failed. */
export const places = { asked: 0, done: 1, failed: 2 } as const

export interface ThreadData {
  places: typeof places
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
  outputs: readonly Pick<Port, 'label' | 'dtype'>[]
}

/** An array in the memory of inputs or of results. */
export interface ArrayPlace {
  dims: readonly number[]
  /** In bytes; null, of a stable input: the array is as it was. */
  offset: number | null
}

/** Memory that the threads hand to each other: a copy less each way than with shared memory, which tensors refuse. */
export interface TravellingMemory {
  inputs: ArrayBuffer
  results: ArrayBuffer
}

export interface RunRequest {
  /** The session's number. */
  id: number
  memory: TravellingMemory
  /** In the order of the session's inputs and outputs. */
  inputs: readonly ArrayPlace[]
  results: readonly ArrayPlace[]
}

/** From the main thread. A turn has one run at most, its last message. */
export type ThreadRequest = { open: SessionRequest } | { close: number } | { run: RunRequest }

/** To the main thread: memory comes back, whether the run succeeded or not; and why something failed. */
export type ThreadMessage = { memory: TravellingMemory } | { error: string }

/** Source text for a thread; compilers may wrap functions in a helper that keeps their names. */
export function threadSource(): string {
  return `const __name = (f) => f; (${replicaThread})(require)`
}

async function replicaThread(load: NodeJS.Require): Promise<void> {
  const fs: typeof import('node:fs') = load('node:fs')
  const path: typeof import('node:path') = load('node:path')
  const threads: typeof import('node:worker_threads') = load('node:worker_threads')
  const { places: at, ...data }: ThreadData = threads.workerData
  const constructors = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as unknown as Record<
    DType,
    new (
      memory: ArrayBuffer,
      offset: number,
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

  interface Opened extends Pick<SessionRequest, 'inputs' | 'outputs'> {
    session: { run(feeds: object, fetches: object): Promise<unknown>; release?(): Promise<void> }
    /** Stable inputs, by their places among the inputs. */
    kept: Float32Array[]
  }

  type ArrayAt = (i: number, dtype: DType, dims: readonly number[], offset: number | null) => Float32Array

  const runtime = loadRuntime()
  const control = new Int32Array(data.control)
  const sessions = new Map<number, Opened>()

  const send = (message: ThreadMessage, transfer: ArrayBuffer[] = []) =>
    data.port.postMessage(message, transfer)

  const nextTurn = (last: number) => {
    const idleSince = performance.now()
    while (Atomics.load(control, at.asked) === last)
      if (performance.now() - idleSince > data.spinMs) Atomics.wait(control, at.asked, last)
    return Atomics.load(control, at.asked)
  }

  /** @returns the run that is asked for, if one is. */
  const readMessages = async () => {
    for (;;) {
      const received = threads.receiveMessageOnPort(data.port)
      if (!received) return null
      const request = received.message as ThreadRequest
      if ('run' in request) return request.run
      if ('open' in request) {
        const { id, model, options, ...ports } = request.open
        const session = await runtime.InferenceSession.create(model, options)
        sessions.set(id, { ...ports, session, kept: [] })
      } else {
        await sessions.get(request.close)?.session.release?.()
        sessions.delete(request.close)
      }
    }
  }

  const tensorsAt = (ports: Opened['outputs'], places: readonly ArrayPlace[], arrayAt: ArrayAt) =>
    Object.fromEntries(
      ports.map(({ label, dtype }, i) => {
        const { dims, offset } = places[i] as ArrayPlace
        return [label, new runtime.Tensor(dtype, arrayAt(i, dtype, dims, offset), dims)]
      }),
    )

  const arrayIn =
    (memory: ArrayBuffer): ArrayAt =>
    (_, dtype, dims, offset) =>
      new constructors[dtype](
        memory,
        offset as number,
        dims.reduce((product, size) => product * size, 1),
      )

  const runSession = async ({ id, memory, ...places }: RunRequest) => {
    const asked = sessions.get(id)
    if (!asked) throw new Error('the session has been released')
    const { session, inputs, outputs, kept } = asked
    const inputAt = arrayIn(memory.inputs)
    const feeds = tensorsAt(inputs, places.inputs, (i, dtype, dims, offset) => {
      if (!inputs[i]?.isStable) return inputAt(i, dtype, dims, offset)
      if (offset !== null) kept[i] = inputAt(i, dtype, dims, offset).slice()
      return kept[i] as Float32Array
    })
    await session.run(feeds, tensorsAt(outputs, places.results, arrayIn(memory.results)))
  }

  threads.parentPort?.postMessage('ready')
  for (let turn = nextTurn(0); ; turn = nextTurn(turn)) {
    let run: RunRequest | null = null
    try {
      run = await readMessages()
      if (run) await runSession(run)
      Atomics.store(control, at.failed, 0)
    } catch (error) {
      Atomics.store(control, at.failed, 1)
      send({ error: error instanceof Error ? error.message : String(error) })
    }
    if (run) send({ memory: run.memory }, [run.memory.inputs, run.memory.results])
    Atomics.store(control, at.done, turn)
    Atomics.notify(control, at.done)
    // Who waits for a session lets the event loop turn meanwhile.
    if (!run) threads.parentPort?.postMessage('done')
  }
}
