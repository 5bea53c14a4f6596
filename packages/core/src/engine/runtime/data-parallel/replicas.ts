/** The replicas of a graph, started when a batch needs them. */
import type { LoweredFunction } from '../../lower.js'
import { firstLine } from '../../optional-module.js'
import { warnOnce } from '../../warn.js'
import { findOnnxRuntime } from '../onnx-runtime.js'
import { onnxSessionOptions, Session } from '../session.js'
import type { ParallelPlan } from './plan.js'
import { Replica } from './replica.js'
import { withThreads } from './thread-pool.js'

/** What a batch runs on: a session of this thread, and replicas in others. */
export interface Sessions {
  own: Session
  others: readonly Replica[]
}

/** Each works with one thread. */
export class Replicas {
  private session: Session | null = null
  private others: Replica[] = []
  private refused = false

  constructor(
    private readonly lowered: LoweredFunction<unknown>,
    private readonly plan: ParallelPlan,
  ) {}

  /** The session of this thread. */
  async own(): Promise<Session> {
    this.session ??= await Session.create(this.lowered.model, { threads: 1 })
    return this.session
  }

  /** `count` replicas, this thread's session among them; null, after a warning, where threads cannot be had. */
  async get(count: number): Promise<Sessions | null> {
    if (this.others.length < count - 1 && !this.refused) await this.start(count - 1)
    return this.refused ? null : { own: await this.own(), others: this.others.slice(0, count - 1) }
  }

  async release(): Promise<void> {
    await Promise.all([this.session?.release(), withThreads(() => this.releaseOthers())])
    this.session = null
  }

  private async start(count: number): Promise<void> {
    const { path = null } = { ...findOnnxRuntime() } as { path?: string | null }
    if (path === null) {
      this.refuse('onnxruntime-node was not loaded from a file')
      return
    }
    const options = onnxSessionOptions({ threads: 1 })
    const model = { runtime: path, model: this.lowered.model, options, plan: this.plan }
    await withThreads(async () => {
      const first = this.others.length
      const missing = Math.max(0, count - first)
      const starts = Array.from({ length: missing }, (_, i) => Replica.start(model, first + i))
      for (const start of await Promise.allSettled(starts))
        if (start.status === 'fulfilled') this.others.push(start.value)
        else this.refuse(firstLine(start.reason))
      if (this.refused) await this.releaseOthers()
    })
  }

  private async releaseOthers(): Promise<void> {
    const others = this.others.splice(0)
    await Promise.all(others.map((replica) => replica.release()))
  }

  private refuse(reason: string): void {
    this.refused = true
    warnDivision(reason)
  }
}

export function warnDivision(reason: string): void {
  warnOnce(
    `A batch cannot be divided among threads (${reason}): it is computed as a whole, which may be slower.`,
  )
}
