/** Runs that end before their time, by request or by force, and go on as if nothing had happened. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CheckpointError, InvalidArgumentError, loadCheckpoint, type StateDict } from '@attentive/core'
import { killAtRandomMoments } from '@attentive/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TrainTranslatorOptions, Translator } from '../../src/index.js'
import { readTranslator, writeTranslator } from './folder-surgery.js'
import { killedRun } from './killed-run.js'
import { heldOutPairs } from './numerals.js'
import { temporaryFolder, weightsOf } from './tiny-training.js'

/** `ATTENTIVE_LONG_TESTS=1` kills twenty times. */
const longTests = Boolean(process.env.ATTENTIVE_LONG_TESTS)
const child = fileURLToPath(new URL('./killed-child.ts', import.meta.url))

/** Trains until so many steps are done, then asks for the end. */
async function trainAndAbort(options: TrainTranslatorOptions, steps: number): Promise<Translator> {
  const controller = new AbortController()
  return Translator.train({
    ...options,
    signal: controller.signal,
    onProgress: ({ step }) => {
      if (step >= steps) controller.abort()
    },
  })
}

describe('a run', () => {
  let whole: Translator
  let weights: StateDict
  beforeAll(async () => {
    whole = await Translator.train(killedRun)
    weights = weightsOf(whole)
  })

  it('is the same for the same seed, bit by bit, and another for another', async () => {
    expect(weightsOf(await Translator.train(killedRun))).toEqual(weights)
    expect(weightsOf(await Translator.train({ ...killedRun, seed: 12 }))).not.toEqual(weights)
  })

  it('that is asked to stop saves, and ends like an uninterrupted one when it is resumed', async () => {
    const output = await temporaryFolder()
    for (const steps of [1, 4]) {
      const stopped = await trainAndAbort({ ...killedRun, output, resume: true }, steps)
      expect(stopped.trainResult).toMatchObject({ stoppedBy: 'interrupt', steps })
      expect((await Translator.load(output)).pipelines.target.vocabulary.size).toBe(10)
    }
    const resumed = await Translator.train({ ...killedRun, output, resume: true })
    expect(resumed.trainResult).toMatchObject({ resumedFrom: 4, steps: whole.trainResult?.steps })
    expect(weightsOf(resumed)).toEqual(weights)
    expect(resumed.trainResult?.history.map(withoutTimes)).toEqual(
      whole.trainResult?.history.map(withoutTimes),
    )
  })

  it.each([
    ['eager', longTests ? 20 : 3],
    ['onnxruntime', longTests ? 20 : 2],
  ] as const)(
    'that is killed at random moments (%s, %i times) resumes from a whole checkpoint, to the same end',
    async (engine, kills) => {
      const run = { ...killedRun, engine, threads: 1 }
      const uninterrupted = await Translator.train(run)
      const {
        folder: output,
        lastStep,
        killedAt,
      } = await killAtRandomMoments({
        script: child,
        args: [engine],
        root: await temporaryFolder(),
        kills,
        stepOf: async (folder) => (await loadCheckpoint(join(folder, 'last'))).state.step,
      })
      // The first kill is in the middle of a run, whatever the machine is doing: a checkpoint is there, and not the last.
      expect(killedAt[0]).toBeGreaterThan(0)
      expect(killedAt[0]).toBeLessThan(uninterrupted.trainResult?.steps as number)
      const resumed = await Translator.train({ ...run, output, resume: true })
      expect(resumed.trainResult?.resumedFrom).toBe(lastStep || null)
      expect(weightsOf(resumed)).toEqual(weightsOf(uninterrupted))
    },
    600_000,
  )

  describe('that was interrupted', () => {
    let output: string
    const resume = (changes: Partial<TrainTranslatorOptions>) =>
      Translator.train({ ...killedRun, output, resume: true, ...changes })
    const { training } = killedRun

    beforeAll(async () => {
      output = await mkdtemp(join(tmpdir(), 'attentive-resume-'))
      await trainAndAbort({ ...killedRun, output }, 2)
    })
    afterAll(() => rm(output, { recursive: true }))

    it('resumes with its own settings only, and names the one that differs', async () => {
      for (const [changes, name] of [
        [{ seed: 12 }, 'seed'],
        [{ training: { ...training, batchSize: 9 } }, 'training.batchSize'],
        [{ training: { ...training, optimizer: { type: 'sgd' } } }, 'training.optimizer.type'],
        [{ training: { ...training, validateEvery: undefined } }, 'training.validateEvery'],
        [{ model: { ...killedRun.model, hiddenSize: 6 } }, 'model.hiddenSize'],
        [{ target: { casing: 'lowercase' } }, 'target.casing'],
        [{ train: heldOutPairs }, 'train'],
        [{ train: killedRun.train.toReversed() }, 'train'],
      ] as [Partial<TrainTranslatorOptions>, string][]) {
        const resumed = resume(changes)
        await expect(resumed).rejects.toMatchObject({ argument: name, name: 'InvalidArgumentError' })
        await expect(resumed).rejects.toThrow(InvalidArgumentError)
      }
    })

    it('may go on for longer than planned', async () => {
      const longer = await resume({ training: { ...training, epochs: 4, patience: 40 } })
      expect(longer.trainResult).toMatchObject({ resumedFrom: 2, steps: 12 })
    })

    it('does not resume from what is no run', async () => {
      const last = await readTranslator(join(output, 'last'))
      const config = { ...last.config, training: { settings: null } } as never
      await writeTranslator(join(output, 'last'), { ...last, config })
      await expect(resume({})).rejects.toThrow(CheckpointError)
    })
  })
})

function withoutTimes(entry: object) {
  return { ...entry, seconds: null, perSecond: null }
}
