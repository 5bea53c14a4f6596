/** A worker process of the benchmark, asked and answered line by line. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type {
  FinishAnswer,
  FinishRequest,
  PrepareAnswer,
  PrepareRequest,
  RunAnswer,
  RunRequest,
  WorkerRequest,
} from './protocol.js'

export interface Command {
  file: string
  args: string[]
  env?: Record<string, string>
}

export class WorkerProcess {
  private readonly child: ChildProcess
  private readonly answers: AsyncIterator<string>

  constructor({ file, args, env }: Command) {
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })
    this.answers = lines[Symbol.asyncIterator]()
    // A process that could not start or died shows as a missing answer.
    this.child.on('error', () => lines.close())
    this.child.stdin?.on('error', () => lines.close())
  }

  ask(request: PrepareRequest): Promise<PrepareAnswer>
  ask(request: RunRequest): Promise<RunAnswer>
  ask(request: FinishRequest): Promise<FinishAnswer>
  async ask(request: WorkerRequest): Promise<unknown> {
    this.child.stdin?.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.answers.next()
    if (done)
      throw new Error(`${this.child.spawnfile} ended without an answer to ${JSON.stringify(request)}.`)
    return JSON.parse(value)
  }

  close(): void {
    this.child.stdin?.end()
    this.child.kill()
  }
}
