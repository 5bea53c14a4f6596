/** Training processes killed at random moments, as the system would: what they leave behind must always be whole. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Rng } from '../engine/random.js'

export interface KillsOptions {
  /**
   * A script (`.ts` or `.js`) that trains in the folder that is its first argument, resuming what is there. It writes a
   * sign of life to standard output at every step, and `done` at the end.
   */
  script: string
  /** Its further arguments. Default none. */
  args?: readonly string[]
  /** Where runs live, each in a folder of its own. */
  root: string
  kills: number
  /** Steps that a run begins before it may be killed. Default 2 to 4. */
  steps?: { least: number; most: number }
  /** Reads the checkpoint of a run, which must be whole, and returns its step; 0 where there is none. */
  stepOf(folder: string): Promise<number>
}

export interface KilledRun {
  /** The run that was killed last, or the next one where that had come to its end. */
  folder: string
  /** Of its checkpoint. */
  lastStep: number
  /** The step of the checkpoint after each kill. */
  killedAt: number[]
}

/**
 * Starts the run, kills it at a random moment of training or saving, resumes it and so on; a run that comes to its end
 * is followed by a new one.
 * @throws Error when a checkpoint is older than it was before, or a run ends by itself and not well.
 */
export async function killAtRandomMoments(options: KillsOptions): Promise<KilledRun> {
  const { root, kills, stepOf, steps: { least, most } = { least: 2, most: 4 } } = options
  const rng = new Rng(1)
  const killedAt: number[] = []
  let folder = join(root, '0')
  let lastStep = 0
  for (let attempt = 1; killedAt.length < kills; attempt++) {
    if (attempt >= 3 * kills) throw new Error(`Of ${attempt} runs only ${killedAt.length} could be killed.`)
    const moment = { steps: least + rng.nextInt(most - least + 1), milliseconds: rng.nextInt(40) }
    const ended = await runAndKill(options, folder, moment)
    const step = await stepOf(folder)
    if (step < lastStep) throw new Error(`The checkpoint of step ${lastStep} became one of step ${step}.`)
    lastStep = step
    if (ended === 'killed') killedAt.push(step)
    else {
      folder = join(root, String(attempt))
      lastStep = 0
    }
  }
  return { folder, lastStep, killedAt }
}

/** Lets the run begin so many steps and go on for so many milliseconds, then kills it if it is still there. */
async function runAndKill(
  { script, args = [] }: KillsOptions,
  folder: string,
  moment: { steps: number; milliseconds: number },
): Promise<'killed' | 'done'> {
  const run = spawn(process.execPath, ['--import', 'tsx', script, folder, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(run, 'exit')
  let told = ''
  run.stdout.on('data', (chunk: Buffer) => {
    const before = told.length
    told += String(chunk)
    if (before < moment.steps && told.length >= moment.steps)
      setTimeout(() => run.kill('SIGKILL'), moment.milliseconds)
  })
  const [code, signal] = (await ended) as [number | null, string | null]
  if (told.endsWith('done')) return 'done'
  if (signal !== 'SIGKILL') throw new Error(`The run ended by itself: code ${code}, signal ${signal}.`)
  return 'killed'
}
