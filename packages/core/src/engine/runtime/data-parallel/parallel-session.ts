/**
 * Data parallelism: the rows of a batch are divided among replicas of the graph, one in this thread and each of the
 * others in a thread of its own; results are put together again. Small operations, of which recurrent networks have
 * many, are not worth two threads each, but a whole pass over half of the rows is.
 *
 * How a batch runs depends on its sizes alone, never on those that came before: a resumed training must not differ.
 */
import type { LoweredFunction } from '../../lower.js'
import type { OnnxTensor } from '../onnx-runtime.js'
import {
  type Feeds,
  type Fetches,
  type GraphSession,
  type OpenSizes,
  Session,
  turnOfEventLoop,
} from '../session.js'
import { Parts } from './parts.js'
import { type DataParallelOptions, defaultThreads, planOf, replicasFor } from './plan.js'
import { Replicas, type Sessions, warnDivision } from './replicas.js'
import { type RowRange, rangesOf } from './rows.js'
import { withThreads } from './thread-pool.js'
import { Worth } from './worth.js'

interface ParallelOptions {
  dataParallel: DataParallelOptions
  threads: number | undefined
}

/** @returns a session that divides batches; where the graph cannot be divided, one that does not, after a warning. */
export async function createParallelSession(
  lowered: LoweredFunction<unknown>,
  options: ParallelOptions,
  sizes: OpenSizes,
): Promise<GraphSession> {
  const plan = planOf(lowered, options.dataParallel)
  if (typeof plan === 'string') {
    const isMissed = new Worth(lowered, options.dataParallel.axis).wayOf(sizes) === 'divided'
    if (isMissed) warnDivision(plan)
    return Session.create(lowered.model, {
      threads: options.dataParallel.shareOperators === false ? 1 : options.threads,
    })
  }
  const session = new ParallelSession(lowered, new Parts(plan), options)
  await session.prepare(sizes)
  return session
}

class ParallelSession implements GraphSession {
  private readonly replicas: Replicas
  private readonly worth: Worth
  private whole: Session | null = null

  constructor(
    private readonly lowered: LoweredFunction<unknown>,
    private readonly parts: Parts,
    private readonly options: ParallelOptions,
  ) {
    this.replicas = new Replicas(lowered, parts.plan)
    this.worth = new Worth(lowered, options.dataParallel.axis)
  }

  /** Builds what a batch of these sizes needs. */
  async prepare(sizes: OpenSizes): Promise<void> {
    await this.sessionsFor(sizes)
  }

  async run(feeds: Feeds, fetches: Fetches, sizes: OpenSizes): Promise<Record<string, OnnxTensor>> {
    const sessions = await this.sessionsFor(sizes)
    if (sessions.others.length === 0) return sessions.own.run(feeds, fetches)
    return withThreads(() => this.runDivided(sessions, feeds, fetches, sizes))
  }

  private async runDivided(
    { own, others }: Sessions,
    feeds: Feeds,
    fetches: Fetches,
    sizes: OpenSizes,
  ): Promise<Record<string, OnnxTensor>> {
    const rows = this.rowsIn(sizes)
    const ranges = rangesOf(rows, others.length + 1)
    const [ownRows, ...otherRows] = ranges as [RowRange, ...RowRange[]]
    // Here, not within this thread's part, which would begin late by it.
    await turnOfEventLoop()
    const whole = this.parts.whole({ feeds, fetches, sizes, ranges })
    for (const [i, range] of otherRows.entries())
      others[i]?.begin({ feeds, rows: range, ofRows: rows, shapes: whole.shapesOf(i + 1) })
    const part = this.parts.partOf(feeds, ownRows, rows)
    let failure = await failureOf(async () => whole.begin(await own.run(part, whole.firstFetches())))
    // Not before this thread's part is done, for waiting stops this thread; and for all of them, also when one fails: the
    // next run must find every replica at rest.
    for (const [i, replica] of others.entries()) {
      const failed = await failureOf(() => replica.finish())
      failure ??= failed
      if (!failure) whole.add(i + 1, replica)
    }
    if (failure) throw failure.reason
    return whole.finish()
  }

  async release(): Promise<void> {
    await Promise.all([this.whole?.release(), this.replicas.release()])
    this.whole = null
  }

  private rowsIn(sizes: OpenSizes): number {
    return sizes.get(this.options.dataParallel.axis) as number
  }

  private async sessionsFor(sizes: OpenSizes): Promise<Sessions> {
    const { threads = defaultThreads(), dataParallel } = this.options
    const way = this.worth.wayOf(sizes)
    const count = replicasFor(this.rowsIn(sizes), threads, dataParallel)
    const divided = way === 'divided' && count > 1 ? await this.replicas.get(count) : null
    if (divided) return divided
    if (way === 'alone' || dataParallel.shareOperators === false)
      return { own: await this.replicas.own(), others: [] }
    this.whole ??= await Session.create(this.lowered.model, { threads: this.options.threads })
    return { own: this.whole, others: [] }
  }
}

async function failureOf(work: () => Promise<void>): Promise<{ reason: unknown } | null> {
  try {
    await work()
    return null
  } catch (reason) {
    return { reason }
  }
}
