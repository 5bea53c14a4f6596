/** A disk that is full, or a folder that becomes read-only, in the middle of training: nothing that was saved is lost. */
import { execFile } from 'node:child_process'
import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { loadCheckpoint, type StateDict } from '@attentive/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Translator } from '../../src/index.js'
import { killedRun } from './killed-run.js'
import { temporaryFolder, weightsOf } from './tiny-training.js'

const child = fileURLToPath(new URL('./refused-child.ts', import.meta.url))
const blockSize = 512 // of `ulimit -f` in POSIX's sh
const nobody = 65_534

/** How a training process ends that may write files of so many blocks, or loses a permission on its way. */
async function trainElsewhere(output: string, { blocks = 0, locked = '' }) {
  const limit = blocks > 0 ? `ulimit -f ${blocks}` : ':'
  const node = [process.execPath, '--import', 'tsx', child, output, ...(locked ? [locked] : [])]
  // What tsx would keep for the next time has no place below the limit.
  const env = blocks > 0 ? { TSX_DISABLE_CACHE: '1' } : {}
  const { stdout } = await promisify(execFile)('sh', ['-c', `${limit}; exec "$@"`, 'sh', ...node], {
    env: { ...process.env, ...env },
  })
  return JSON.parse(stdout) as { steps?: number; name?: string; message?: string }
}

/** A folder in which the child may write, whoever it is. */
async function outputFolder(): Promise<string> {
  const folder = await temporaryFolder()
  if (process.getuid?.() === 0) await chown(folder, nobody, nobody)
  return folder
}

async function stopAfter(output: string, steps: number): Promise<void> {
  const controller = new AbortController()
  await Translator.train({
    ...killedRun,
    output,
    saveEverySteps: 1,
    signal: controller.signal,
    onProgress: ({ step }) => step === steps && controller.abort(),
  })
}

// Windows has neither such users nor such limits.
describe.skipIf(process.platform === 'win32')(
  'a training run whose writes are refused',
  { timeout: 120_000 },
  () => {
    let weights: StateDict
    beforeAll(async () => {
      weights = weightsOf(await Translator.train(killedRun))
    })

    /** Both checkpoints are whole, and from there the run ends like one to which nothing happened. */
    async function expectNothingLost(output: string, lastStep: number): Promise<void> {
      expect((await loadCheckpoint(join(output, 'last'))).state.step).toBe(lastStep)
      for (const name of ['last', 'best']) await Translator.load(join(output, name))
      const resumed = await Translator.train({ ...killedRun, output, resume: true })
      expect(resumed.trainResult?.resumedFrom).toBe(lastStep)
      expect(weightsOf(resumed)).toEqual(weights)
      const steps = resumed.trainResult?.history.map(({ step }) => step)
      expect(steps).toEqual([2, 4, 6, 8])
    }

    it.each([
      ['last', 2],
      ['best', 3],
      ['training.jsonl', 3],
    ])('for want of a permission on %s says so and keeps its checkpoints', async (locked, lastStep) => {
      const output = await outputFolder()
      const ended = await trainElsewhere(output, { locked })
      expect(ended).toMatchObject({ name: 'StorageError', message: expect.stringContaining('no permission') })
      expect(ended.message).toContain(join(output, locked))
      await chmod(join(output, locked), 0o777)
      await expectNothingLost(output, lastStep)
    })

    it('from the beginning does not begin', async () => {
      const output = await outputFolder()
      await chmod(output, 0o555)
      const ended = await trainElsewhere(output, { locked: 'last' })
      expect(ended).toMatchObject({ name: 'StorageError', message: expect.stringContaining('no permission') })
      expect(await readdir(output)).toEqual([])
    })

    it('for want of space in the middle of a checkpoint keeps the one before', async () => {
      const output = await outputFolder()
      await stopAfter(output, 3)
      const { size } = await stat(join(output, 'last/optimizer.safetensors'))
      const ended = await trainElsewhere(output, { blocks: Math.floor(size / blockSize / 2) })
      expect(ended).toMatchObject({
        name: 'StorageError',
        message: expect.stringContaining('a limit on file sizes'),
      })
      await expectNothingLost(output, 3)
    })

    it('for want of space in the middle of a line of its history keeps the rest of it', async () => {
      const output = await outputFolder()
      await stopAfter(output, 3)
      const { size } = await stat(join(output, 'last/optimizer.safetensors'))
      const blocks = Math.ceil(size / blockSize) + 8
      const log = join(output, 'training.jsonl')
      const [entry] = (await readFile(log, 'utf8')).split('\n')
      const padded = (length: number) =>
        `${JSON.stringify({ ...JSON.parse(entry as string), note: 'x'.repeat(length) })}\n`
      await writeFile(log, padded(blocks * blockSize - 40 - padded(0).length))
      const ended = await trainElsewhere(output, { blocks })
      expect(ended.message).toContain(`${log}: expected a place that can be written to`)
      expect((await stat(log)).size).toBe(blocks * blockSize)
      await expectNothingLost(output, 3)
    })
  },
)
