/** One ONNX Runtime session: bytes in, named typed arrays through. */
import { EngineError } from '../../errors.js'
import {
  type OnnxSession,
  type OnnxSessionOptions,
  type OnnxTensor,
  requireOnnxRuntime,
} from './onnx-runtime.js'

export interface SessionOptions {
  /** Threads inside one operator. Default: ONNX Runtime's choice, the physical cores. */
  threads?: number | undefined
}

export type Feeds = Record<string, OnnxTensor>
export type Fetches = Record<string, OnnxTensor | null>
/** The open sizes of a call, by name. */
export type OpenSizes = ReadonlyMap<string, number>

/** What runs a graph. */
export interface GraphSession {
  run(feeds: Feeds, fetches: Fetches, sizes: OpenSizes): Promise<Record<string, OnnxTensor>>
  release(): Promise<void>
}

export function onnxSessionOptions({ threads }: SessionOptions): OnnxSessionOptions {
  return {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'basic',
    // 1.16.3 gives wrong numbers from the second run on when Scan meets memory patterns.
    enableMemPattern: false,
    logSeverityLevel: 3,
  }
}

/** ONNX Runtime's errors as errors of this toolkit. */
async function typed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new EngineError({
      argument: 'ONNX Runtime',
      expected: 'to build and run the graph',
      received: (cause instanceof Error ? cause.message : String(cause)).replace(/[.\s]+$/, ''),
      cause,
    })
  }
}

export class Session implements GraphSession {
  private constructor(private readonly session: OnnxSession) {}

  static async create(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const runtime = requireOnnxRuntime()
    return new Session(await typed(() => runtime.InferenceSession.create(model, onnxSessionOptions(options))))
  }

  async run(feeds: Feeds, fetches: Fetches): Promise<Record<string, OnnxTensor>> {
    await turnOfEventLoop()
    return typed(() => this.session.run(feeds, fetches))
  }

  async release(): Promise<void> {
    await this.session.release?.()
  }
}

/** Milliseconds that runs may follow each other without a turn of the event loop. */
const longestWithoutTurn = 10
let lastTurn = 0

/** Releases up to 1.16 compute on this thread, awaited or not: without turns, Ctrl-C, timers and streams would starve. */
export async function turnOfEventLoop(): Promise<void> {
  if (performance.now() - lastTurn < longestWithoutTurn) return
  await new Promise((resolve) => setImmediate(resolve))
  lastTurn = performance.now()
}
