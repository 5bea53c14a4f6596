import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isModelFolder, loadModelFolder } from '../../src/io/model-folder.js'
import { killAtRandomMoments } from '../../src/testing/index.js'
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

describe('kill -9 at random moments of training and saving', () => {
  it(`leaves a whole checkpoint and whole snapshots each time (${kills}), and the resumed run ends with the same weights`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'attentive-kill-'))
    const checkpoint = (folder: string) => ({ folder, resume: true, ...killedSnapshots })
    const whole = tinyRun({ epochs: 6, checkpoint: checkpoint(join(root, 'whole')) })
    const { snapshots } = await train(whole.options)
    const { folder, lastStep, killedAt } = await killAtRandomMoments({
      script: child,
      root,
      kills,
      steps: { least: 2, most: 5 },
      stepOf: wholeStep,
    })
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
