/** Trials in processes of their own: one at a time each, ended when the search is. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EngineError } from '../errors.js'
import type { TryOut } from './search.js'
import type { Settings } from './space.js'

/** What a worker's module exports as its default: tries settings out on `data`. */
export type WorkerTryOut<Data> = (
  settings: Settings,
  context: { trial: number; seed: number; report(score: number): void; signal: AbortSignal; data: Data },
) => Promise<number>

type Request =
  | { type: 'try'; settings: Settings; trial: number; seed: number }
  | { type: 'data'; data: unknown }
  | { type: 'abort' }
type Answer =
  | { type: 'report'; score: number }
  | { type: 'done'; score: number }
  | { type: 'failed'; message: string }

export interface WorkerPoolOptions {
  /** Module that calls `serveTrials`. */
  module: URL
  /** Sent once to every worker: anything that structured cloning can copy. */
  data: unknown
  /** Node's own flags, such as a loader. Default: those of this process. */
  execArgv?: readonly string[]
}

export interface WorkerPool {
  /** For `search`. */
  tryOut: TryOut
  /** Ends all workers. */
  close(): void
}

/** @throws EngineError from a trial whose worker dies; the next one gets a new worker. */
export function workerPool({ module, data, execArgv }: WorkerPoolOptions): WorkerPool {
  const idle: ChildProcess[] = []
  const all = new Set<ChildProcess>()
  const start = (): ChildProcess => {
    const options = { serialization: 'advanced' as const, ...(execArgv ? { execArgv: [...execArgv] } : {}) }
    const child = fork(fileURLToPath(module), options)
    child.send({ type: 'data', data } satisfies Request)
    child.once('exit', () => all.delete(child))
    all.add(child)
    return child
  }
  return {
    async tryOut(settings, { trial, seed, report, signal }) {
      const child = idle.pop() ?? start()
      const score = await askWorker(child, { type: 'try', settings, trial, seed }, { report, signal })
      idle.push(child)
      return score
    },
    close() {
      for (const child of all) child.kill()
    },
  }
}

function askWorker(
  child: ChildProcess,
  request: Request,
  { report, signal }: { report(score: number): void; signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const abort = () => child.connected && child.send({ type: 'abort' } satisfies Request)
    const end = () => {
      signal.removeEventListener('abort', abort)
      child.off('message', hear)
      child.off('exit', die)
    }
    const hear = (message: unknown) => {
      const answer = message as Answer
      if (answer.type === 'report') return report(answer.score)
      end()
      if (answer.type === 'done') resolve(answer.score)
      else reject(new EngineError({ argument: 'trial', expected: 'a score', received: answer.message }))
    }
    const die = (code: number | null, cause: string | null) => {
      end()
      reject(
        new EngineError({
          argument: 'worker',
          expected: 'a process that lives until its trial has ended',
          received: `one that ended with ${code ?? cause}`,
        }),
      )
    }
    child.on('message', hear)
    child.once('exit', die)
    signal.addEventListener('abort', abort)
    child.send(request)
  })
}

/** The other side: what a worker's module does. The process ends with the one that began it. */
export function serveTrials<Data>(tryOut: WorkerTryOut<Data>): void {
  let data: Data
  let controller = new AbortController()
  const answer = (message: Answer) => process.connected && process.send?.(message)
  process.on('disconnect', () => process.exit())
  // Ctrl-C reaches the whole group: the search says what is to become of the trials.
  process.on('SIGINT', () => undefined)
  process.on('message', async (message) => {
    const request = message as Request
    if (request.type === 'abort') return controller.abort()
    if (request.type === 'data') {
      data = request.data as Data
      return
    }
    controller = new AbortController()
    const { settings, trial, seed } = request
    const report = (score: number) => answer({ type: 'report', score })
    try {
      const score = await tryOut(settings, { trial, seed, report, signal: controller.signal, data })
      answer({ type: 'done', score })
    } catch (error) {
      answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
    }
  })
}
