import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Rng } from '../../src/engine/random.js'
import { isModelFolder, loadModelFolder } from '../../src/io/model-folder.js'
import { loadCheckpoint } from '../../src/training/checkpoint.js'
import { listSnapshots } from '../../src/training/snapshots.js'
import { train } from '../../src/training/trainer.js'
import { killedSnapshots, tinyRun, weightsOf } from './tiny-run.js'

/** `ATTENTIVE_LONG_TESTS=1` kills twenty times. */
const kills = process.env.ATTENTIVE_LONG_TESTS ? 20 : 3
const child = fileURLToPath(new URL('./killed-child.ts', import.meta.url))

/** The step of the checkpoint, 0 where there is none yet; the snapshots that it names, and all others, are whole. */
async function wholeStep(folder: string): Promise<number> {
  const last = join(folder, 'last')
  const found = await listSnapshots(join(folder, 'snapshots'))
  for (const snapshot of found) await loadModelFolder(snapshot.folder, { schema: z.unknown() })
  if (!(await isModelFolder(last))) return 0
  const { state } = await loadCheckpoint(last)
  const steps = found.map(({ step }) => step)
  expect(steps).toEqual(expect.arrayContaining(state.snapshots.map(({ step }) => step)))
  return state.step
}

/**
 * Lets a training process begin so many steps and go on for so many milliseconds, then kills it, as the system would.
 * @returns whether it was killed, or had come to its end before.
 */
async function trainAndKill(folder: string, steps: number, milliseconds: number): Promise<'killed' | 'done'> {
  const training = spawn(process.execPath, ['--import', 'tsx', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(training, 'exit')
  let output = ''
  training.stdout.on('data', (chunk: Buffer) => {
    const before = output.length
    output += String(chunk)
    if (before < steps && output.length >= steps) setTimeout(() => training.kill('SIGKILL'), milliseconds)
  })
  const [code, signal] = await ended
  if (output.endsWith('done')) return 'done'
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
  return 'killed'
}

describe('kill -9 at random moments of training and saving', () => {
  it(`leaves a whole checkpoint and whole snapshots each time (${kills}), and the resumed run ends with the same weights`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'attentive-kill-'))
    const rng = new Rng(1)
    const checkpoint = (folder: string) => ({ folder, resume: true, ...killedSnapshots })
    const whole = tinyRun({ epochs: 6, checkpoint: checkpoint(join(root, 'whole')) })
    const { snapshots } = await train(whole.options)
    const killedAt: number[] = []
    let folder = join(root, '0')
    let lastStep = 0
    for (let i = 1; killedAt.length < kills; i++) {
      expect(i).toBeLessThan(3 * kills)
      const ended = await trainAndKill(folder, 2 + rng.nextInt(4), rng.nextInt(40))
      const step = await wholeStep(folder)
      expect(step).toBeGreaterThanOrEqual(lastStep)
      lastStep = step
      if (ended === 'killed') killedAt.push(step)
      else {
        folder = join(root, String(i))
        lastStep = 0
      }
    }
    // The first kill is in the middle of a run, whatever the machine is doing: a checkpoint is there, and not the last.
    expect(killedAt[0]).toBeGreaterThan(0)
    expect(killedAt[0]).toBeLessThan(whole.trained.length)
    const resumed = tinyRun({ epochs: 6, checkpoint: checkpoint(folder) })
    const result = await train(resumed.options)
    expect(weightsOf(resumed.model)).toEqual(weightsOf(whole.model))
    expect(resumed.trained).toHaveLength(whole.trained.length - lastStep)
    const scores = (kept: typeof snapshots) => kept.map(({ step, score }) => ({ step, score }))
    expect(scores(result.snapshots)).toEqual(scores(snapshots))
    await rm(root, { recursive: true })
  }, 300_000)
})
