/** Timing two sides against each other: A B A B …, one of them working while the other is idle. */
import { setTimeout } from 'node:timers/promises'
import type { RunAnswer } from './protocol.js'
import type { WorkerProcess } from './worker-process.js'

/** A turn lasts at least this long, so that short cases are repeated and timer noise averages out. */
const turnMs = 200
/**
 * Before its turn a side works as long as this untimed: after a pause its threads are asleep, its memory is in no cache,
 * and an operating system may leave threads that wake together on one processor for some ten milliseconds.
 */
const warmUpMs = 60
/** Threads that spin after their work would steal the other side's time; this is longer than they spin. */
const pauseMs = 60

export interface Timing {
  /** Medians over the turns. */
  ms: number
  cpuMs: number
  /** Fastest turn. */
  bestMs: number
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] as number)) / 2
}

interface Repeats {
  warmUp: number
  turn: number
}

/** How often a side runs in the times given, at least once. */
async function repeatsFor(worker: WorkerProcess): Promise<Repeats> {
  const first = await worker.ask({ run: 1 })
  const { ms } = first.ms > turnMs ? first : await worker.ask({ run: 2 })
  return { warmUp: Math.ceil(warmUpMs / ms), turn: Math.ceil(turnMs / ms) }
}

/** Timings of each worker over `turns` turns, in the order of `workers`. */
export async function interleave(workers: WorkerProcess[], turns: number): Promise<Timing[]> {
  const sides: { worker: WorkerProcess; repeats: Repeats; answers: RunAnswer[] }[] = []
  for (const worker of workers) sides.push({ worker, repeats: await repeatsFor(worker), answers: [] })
  for (let turn = 0; turn < turns; turn++)
    for (const { worker, repeats, answers } of sides) {
      await setTimeout(pauseMs)
      // A run longer than a turn warms itself up.
      if (repeats.turn > 1) await worker.ask({ run: repeats.warmUp })
      answers.push(await worker.ask({ run: repeats.turn }))
    }
  return sides.map(({ answers }) => ({
    ms: median(answers.map(({ ms }) => ms)),
    cpuMs: median(answers.map(({ cpuMs }) => cpuMs)),
    bestMs: Math.min(...answers.map(({ ms }) => ms)),
  }))
}
