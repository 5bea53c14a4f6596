import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import { isModelFolder } from '../../src/io/model-folder.js'
import { loadCheckpoint } from '../../src/training/checkpoint.js'
import { train } from '../../src/training/trainer.js'
import { tinyRun, weightsOf } from './tiny-run.js'

/** `ATTENTIVE_LONG_TESTS=1` kills twenty times. */
const kills = process.env.ATTENTIVE_LONG_TESTS ? 20 : 3
const child = fileURLToPath(new URL('./killed-child.ts', import.meta.url))

/** Lets a training process make its first step and go on for so many milliseconds, then kills it, as the system would. */
async function trainAndKill(folder: string, milliseconds: number): Promise<boolean> {
  const training = spawn(process.execPath, ['--import', 'tsx', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(training, 'exit')
  let output = ''
  training.stdout.on('data', (chunk: Buffer) => {
    if (output === '') setTimeout(() => training.kill('SIGKILL'), milliseconds)
    output += String(chunk)
  })
  await ended
  return output.endsWith('done')
}

describe('kill -9 at random moments of training and saving', () => {
  it(`leaves a whole checkpoint each time (${kills}), and the resumed run ends with the same weights`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'attentive-kill-'))
    const rng = new Rng(1)
    const whole = tinyRun({ epochs: 6 })
    await train(whole.options)
    let folder = join(root, '0')
    let lastStep = 0
    for (let i = 0; i < kills; i++) {
      const done = await trainAndKill(folder, rng.nextInt(400))
      const last = join(folder, 'last')
      // A kill before the first commit leaves nothing to resume from; any later one leaves a whole checkpoint.
      const step = (await isModelFolder(last)) ? (await loadCheckpoint(last)).state.step : 0
      expect(step).toBeGreaterThanOrEqual(lastStep)
      lastStep = step
      if (done) {
        folder = join(root, String(i + 1))
        lastStep = 0
      }
    }
    const resumed = tinyRun({ epochs: 6, checkpoint: { folder, resume: true } })
    await train(resumed.options)
    expect(weightsOf(resumed.model)).toEqual(weightsOf(whole.model))
    expect(resumed.trained).toHaveLength(whole.trained.length - lastStep)
    await rm(root, { recursive: true })
  }, 300_000)
})
