/** One ONNX Runtime session: bytes in, named typed arrays through. */
import { EngineError } from '../../errors.js'
import type { NdData } from '../nd-array.js'
import { findOnnxRuntime, type OnnxRuntime, type OnnxSession, type OnnxTensor } from './onnx-runtime.js'

export interface SessionOptions {
  /** Threads inside one operator. Default: ONNX Runtime's choice, the physical cores. */
  threads?: number
}

export type Feeds = Record<string, OnnxTensor>
export type Fetches = Record<string, OnnxTensor | null>

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

export class Session {
  private constructor(
    private readonly session: OnnxSession,
    private readonly runtime: OnnxRuntime,
  ) {}

  static async create(model: Uint8Array, { threads }: SessionOptions = {}): Promise<Session> {
    const found = findOnnxRuntime()
    if (found.runtime === null)
      throw new EngineError({
        argument: 'onnxruntime-node',
        expected: 'the module to load',
        received: found.reason,
        hint: 'Install it with `npm install onnxruntime-node@1.16.3`, or run eagerly (ATTENTIVE_ENGINE=eager).',
      })
    const { runtime } = found
    const session = await typed(() =>
      runtime.InferenceSession.create(model, {
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'basic',
        // 1.16.3 gives wrong numbers from the second run on when Scan meets memory patterns.
        enableMemPattern: false,
        logSeverityLevel: 3,
      }),
    )
    return new Session(session, runtime)
  }

  /** A tensor over `data`: shared, not copied. */
  tensor(dtype: 'float32' | 'int32' | 'bool', data: NdData, shape: readonly number[]): OnnxTensor {
    return new this.runtime.Tensor(dtype, data, shape)
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
async function turnOfEventLoop(): Promise<void> {
  if (performance.now() - lastTurn < longestWithoutTurn) return
  await new Promise((resolve) => setImmediate(resolve))
  lastTurn = performance.now()
}
