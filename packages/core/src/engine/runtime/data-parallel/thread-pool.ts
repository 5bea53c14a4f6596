/**
 * The threads that replicas live in, one set of them for all graphs of this process: graphs run one after another, and a
 * thread that is awake from the last one is at hand for the next.
 */
import { once } from 'node:events'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { EngineError } from '../../../errors.js'
import { firstLine } from '../../optional-module.js'
import {
  alignment,
  places,
  type SessionRequest,
  type SharedMemory,
  type ThreadData,
  type ThreadMessage,
  type ThreadRequest,
  threadSource,
} from './replica-thread.js'

/** Longer than the work between two steps of training takes, as a rule; asleep, a thread is slow to come back. */
const spinMs = 2
/** So long the event loop may stand still while a thread works on. */
const waitMs = 20
/** Of the control array, where no session is to run. */
const noSession = 0

let sessionsEver = 0

export class ReplicaThread {
  readonly control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(places).length))
  /** Why it has ended. */
  ended: string | null = null
  private readonly port: MessagePort
  private readonly worker: Worker
  private readonly sessions = new Set<number>()
  private memory: SharedMemory = { inputs: new SharedArrayBuffer(0), results: new SharedArrayBuffer(0) }
  private turn = 0

  /** @param runtime the main file of onnxruntime-node. */
  private constructor(readonly runtime: string) {
    const channel = new MessageChannel()
    const workerData: ThreadData = {
      places,
      alignment,
      runtime,
      control: this.control.buffer as SharedArrayBuffer,
      port: channel.port2,
      spinMs,
    }
    this.port = channel.port1
    this.port.unref()
    this.worker = new Worker(threadSource(), {
      eval: true,
      workerData,
      transferList: [channel.port2],
      execArgv: [],
      name: 'attentive replicas',
    })
    this.worker.on('error', (error) => {
      this.ended ??= firstLine(error)
    })
    this.worker.on('exit', (code) => {
      this.ended ??= `it ended with code ${code}`
    })
  }

  /** Starts a thread and waits until it has loaded the runtime. */
  static async start(runtime: string): Promise<ReplicaThread> {
    const thread = new ReplicaThread(runtime)
    await thread.heard()
    return thread
  }

  get isIdle(): boolean {
    return this.sessions.size === 0
  }

  /** Builds a session. @returns its number. */
  async open(session: Omit<SessionRequest, 'id'>): Promise<number> {
    const id = ++sessionsEver
    this.send({ open: { id, ...session } })
    this.ask(noSession)
    await this.heard()
    await this.finish()
    this.sessions.add(id)
    return id
  }

  /** Frees a session: at its next turn. */
  close(id: number): void {
    this.sessions.delete(id)
    this.send({ close: id })
  }

  /** Memory for the next run, of so many bytes at least; its results stay there until the run after it. */
  memoryOf(inputBytes: number, resultBytes: number): SharedMemory {
    const { inputs, results } = this.memory
    if (inputs.byteLength < inputBytes || results.byteLength < resultBytes) {
      this.memory = { inputs: largeEnough(inputs, inputBytes), results: largeEnough(results, resultBytes) }
      this.send({ memory: this.memory })
    }
    return this.memory
  }

  /** Where the results of the last run are. */
  get results(): SharedArrayBuffer {
    return this.memory.results
  }

  /** Lets a session run on the inputs. */
  begin(id: number): void {
    this.ask(id)
  }

  /** Waits for what has begun. */
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
    const error = this.readMessages()
    if (this.control[places.failed]) throw this.failure(error)
  }

  async terminate(): Promise<void> {
    await this.worker.terminate()
  }

  private ask(session: number): void {
    this.control[places.session] = session
    Atomics.store(this.control, places.asked, ++this.turn)
    Atomics.notify(this.control, places.asked)
  }

  private send(request: ThreadRequest): void {
    this.port.postMessage(request)
  }

  private readMessages(): string {
    let error = 'an unknown error'
    for (;;) {
      const received = receiveMessageOnPort(this.port)
      if (!received) return error
      error = (received.message as ThreadMessage).error
    }
  }

  /** Waits for a sign of life; the process stays alive meanwhile, which idle threads do not ask of it. */
  private async heard(): Promise<void> {
    if (this.ended !== null) throw this.failure(this.ended)
    const { worker } = this
    const listening = new AbortController()
    const { signal } = listening
    worker.ref()
    try {
      const exit = once(worker, 'exit', { signal }).then(([code]) => {
        throw new Error(`the thread ended with code ${code}`)
      })
      await Promise.race([once(worker, 'message', { signal }), exit])
    } finally {
      listening.abort()
      worker.unref()
    }
  }

  private failure(received: string): EngineError {
    return new EngineError({
      argument: 'ONNX Runtime',
      expected: 'to run the graph on a part of the batch',
      received: received.replace(/[.\s]+$/, ''),
    })
  }
}

function largeEnough(memory: SharedArrayBuffer, bytes: number): SharedArrayBuffer {
  return memory.byteLength < bytes ? new SharedArrayBuffer(bytes) : memory
}

const pool: ReplicaThread[] = []
let last: Promise<unknown> = Promise.resolve()

/** Threads and their memory serve one graph at a time: work that uses them goes through here, one after another. */
export function withThreads<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work)
  last = result.catch(() => {})
  return result
}

/** The pool's thread number `index`. Within `withThreads`. */
export async function threadAt(index: number, runtime: string): Promise<ReplicaThread> {
  const known = pool[index]
  if (known?.runtime === runtime && known.ended === null) return known
  const thread = await ReplicaThread.start(runtime)
  pool[index] = thread
  return thread
}

/** Ends a thread that has no session left. Within `withThreads`. */
export async function endIfIdle(thread: ReplicaThread): Promise<void> {
  if (!thread.isIdle) return
  const index = pool.indexOf(thread)
  if (index >= 0) delete pool[index]
  await thread.terminate()
}
