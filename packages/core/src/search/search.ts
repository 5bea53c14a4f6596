/** Random search over settings (Bergstra & Bengio 2012), seeded and resumable, that stops trials which fall behind. */
import { join } from 'node:path'
import { z } from 'zod'
import { Rng } from '../engine/random.js'
import { CheckpointError, InvalidArgumentError } from '../errors.js'
import { parseCheckedJson } from '../io/checked-json.js'
import { readRegularFile, writeFileAtomically } from '../io/storage.js'
import { requireSizes } from '../layers/options.js'
import { BestScore, type ScoreMode } from '../training/best-score.js'
import { MedianRule } from './median-rule.js'
import { drawSettings, type Settings, type Space } from './space.js'

/** What a trial is told. */
export interface TrialContext {
  /** From 0. */
  trial: number
  /** For what is random in the trial; the same for all trials. */
  seed: number
  /** Tells how it goes; aborts the signal when it is not worth going on. Infinite and NaN scores count as the worst. */
  report(score: number): void
  /** Aborted: return the best score so far. */
  signal: AbortSignal
}

/** Tries settings out. @returns the score. */
export type TryOut = (settings: Settings, context: TrialContext) => Promise<number>

export interface Trial {
  trial: number
  settings: Settings
  /** null for a trial that failed. */
  score: number | null
  /** Whether it was stopped as it fell behind. */
  stopped: boolean
  /** What went wrong, if something did. */
  error: string | null
  seconds: number
}

export interface SearchOptions {
  space: Space
  trials: number
  tryOut: TryOut
  /** Which score is the better one. Default `min`. */
  mode?: ScoreMode
  /** Trials at a time: more than 1 where `tryOut` works in other processes (`workerPool`). Default 1. */
  workers?: number
  /** Stop trials that are worse than the median of the others. Default true. What is stopped depends on the order in which trials run side by side. */
  stopEarly?: boolean
  /** Trial i has the settings that seed and i say, whatever runs when. Default 1. */
  seed?: number
  /** Folder for `trials.json`, written after every trial. */
  output?: string
  /** Go on with the trials in `output`. Default false. */
  resume?: boolean
  /** Aborted: running trials are told, and the search returns what there is. */
  signal?: AbortSignal
  onTrial?(trial: Trial, done: number): void
}

export interface SearchResult {
  /** The best trial; null when all failed, or none ended. */
  best: Trial | null
  /** In the order of their numbers. */
  trials: Trial[]
}

const trialSchema = z.strictObject({
  trial: z.int().nonnegative(),
  settings: z.record(z.string(), z.unknown()),
  score: z.number().nullable(),
  stopped: z.boolean(),
  error: z.string().nullable(),
  seconds: z.number().nonnegative(),
})
const fileSchema = z.strictObject({
  version: z.literal(1),
  space: z.record(z.string(), z.unknown()),
  seed: z.int(),
  mode: z.enum(['min', 'max']),
  trials: z.array(trialSchema),
})

const fileName = 'trials.json'
const maxBytes = 2 ** 28

/**
 * Tries settings out that are drawn from a space.
 *
 * @example
 * const { best } = await search({
 *   space: { learningRate: logUniformBetween(1e-4, 1e-2), hiddenSize: choice([64, 128]) },
 *   trials: 20,
 *   tryOut: async (settings, { report, signal }) => trainAndScore(settings, report, signal),
 * })
 * @throws InvalidArgumentError on options that make no sense, or when `output` holds another search.
 * @throws CheckpointError when `trials.json` is damaged. @throws StorageError when it cannot be written.
 */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const { trials: count, workers = 1, seed = 1, mode = 'min', signal, space } = options
  requireSizes({ trials: count, workers })
  const log = new TrialFile(options, { seed, mode })
  const done = await log.open()
  const rule = new MedianRule(mode)
  const waiting = Array.from({ length: count }, (_, trial) => trial).filter((trial) => !done.has(trial))
  const work = async () => {
    for (let trial = waiting.shift(); trial !== undefined && !signal?.aborted; trial = waiting.shift()) {
      const settings = drawSettings(space, new Rng(seed * 1_000_003 + trial))
      const result = await runTrial(trial, settings, { ...options, seed, rule })
      // What was cut off by Ctrl-C has no score that counts: it is tried again when the search goes on.
      if (signal?.aborted) return
      done.set(trial, result)
      await log.write(done)
      options.onTrial?.(result, done.size)
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, Math.max(1, waiting.length)) }, work))
  const trials = [...done.values()].filter(({ trial }) => trial < count).sort((a, b) => a.trial - b.trial)
  return { best: bestOf(trials, mode), trials }
}

async function runTrial(
  trial: number,
  settings: Settings,
  { tryOut, seed, rule, signal, stopEarly = true }: SearchOptions & { seed: number; rule: MedianRule },
): Promise<Trial> {
  const started = performance.now()
  const controller = new AbortController()
  const forward = () => controller.abort()
  signal?.addEventListener('abort', forward)
  let stopped = false
  const report = (score: number) => {
    if (!stopEarly || !rule.report(trial, Number.isFinite(score) ? score : rule.worst)) return
    stopped = true
    controller.abort()
  }
  const seconds = () => (performance.now() - started) / 1000
  try {
    const score = await tryOut(settings, { trial, seed, report, signal: controller.signal })
    const isNumber = Number.isFinite(score)
    const error = isNumber ? null : `score ${score}`
    return { trial, settings, score: isNumber ? score : null, stopped, error, seconds: seconds() }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { trial, settings, score: null, stopped, error: message, seconds: seconds() }
  } finally {
    signal?.removeEventListener('abort', forward)
  }
}

/** The last of those that were better than all before. */
function bestOf(trials: readonly Trial[], mode: ScoreMode): Trial | null {
  const best = new BestScore(mode)
  return trials.filter(({ score }) => score !== null && best.observe(score)).at(-1) ?? null
}

/** The trials of a search on disk. */
class TrialFile {
  private writing: Promise<void> = Promise.resolve()

  constructor(
    private readonly options: SearchOptions,
    private readonly settled: { seed: number; mode: ScoreMode },
  ) {}

  /** Trials that are done. */
  async open(): Promise<Map<number, Trial>> {
    const { output, resume = false } = this.options
    const bytes = output === undefined ? null : await readRegularFile(this.path, maxBytes)
    if (!bytes) {
      await this.write(new Map())
      return new Map()
    }
    if (!resume)
      throw new InvalidArgumentError({
        argument: 'output',
        expected: 'a new folder',
        received: `${output}, which holds a search`,
        hint: 'Go on with it by `resume: true`, or name another folder.',
      })
    const found = fileSchema.safeParse(parseCheckedJson(bytes, { name: this.path, maxBytes }))
    if (!found.success)
      throw new CheckpointError({
        argument: this.path,
        expected: 'the trials of a search',
        received: z.prettifyError(found.error),
        cause: found.error,
      })
    this.requireSame(found.data)
    return new Map(found.data.trials.map((trial) => [trial.trial, trial]))
  }

  /** One after the other: trials may end at the same time. */
  write(done: ReadonlyMap<number, Trial>): Promise<void> {
    if (this.options.output === undefined) return Promise.resolve()
    const { space } = this.options
    const trials = [...done.values()].sort((a, b) => a.trial - b.trial)
    const text = `${JSON.stringify({ version: 1, space, ...this.settled, trials }, null, 2)}\n`
    this.writing = this.writing.then(() => writeFileAtomically(this.path, text))
    return this.writing
  }

  private get path(): string {
    return join(this.options.output as string, fileName)
  }

  private requireSame({ space, seed, mode }: z.output<typeof fileSchema>): void {
    const own = { space: JSON.parse(JSON.stringify(this.options.space)), ...this.settled }
    if (JSON.stringify(own) === JSON.stringify({ space, seed, mode })) return
    throw new InvalidArgumentError({
      argument: 'output',
      expected: 'a search of the same space, seed and mode',
      received: `${this.options.output}, which holds another`,
      hint: 'Name another folder.',
    })
  }
}
