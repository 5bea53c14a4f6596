/** Timing two sides against each other: A B A B …, one of them working while the other is idle. */
import { setTimeout } from 'node:timers/promises'
import type { RunAnswer } from './protocol.js'
import type { WorkerProcess } from './worker-process.js'

/** A turn lasts at least this long, so that short cases are repeated and timer noise averages out. */
const turnMs = 200
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

async function repeatsFor(worker: WorkerProcess): Promise<number> {
  const first = await worker.ask({ run: 1 })
  if (first.ms > turnMs) return 1
  const { ms } = await worker.ask({ run: 2 })
  return Math.max(1, Math.ceil(turnMs / ms))
}

/** Timings of each worker over `turns` turns, in the order of `workers`. */
export async function interleave(workers: WorkerProcess[], turns: number): Promise<Timing[]> {
  const sides: { worker: WorkerProcess; repeats: number; answers: RunAnswer[] }[] = []
  for (const worker of workers) sides.push({ worker, repeats: await repeatsFor(worker), answers: [] })
  for (let turn = 0; turn < turns; turn++)
    for (const { worker, repeats, answers } of sides) {
      await setTimeout(pauseMs)
      answers.push(await worker.ask({ run: repeats }))
    }
  return sides.map(({ answers }) => ({
    ms: median(answers.map(({ ms }) => ms)),
    cpuMs: median(answers.map(({ cpuMs }) => cpuMs)),
    bestMs: Math.min(...answers.map(({ ms }) => ms)),
  }))
}
