import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CheckpointError } from '../../src/errors.js'
import { loadCheckpoint } from '../../src/training/checkpoint.js'
import type { TrainOptions } from '../../src/training/train-options.js'
import { train } from '../../src/training/trainer.js'
import { batchesPerEpoch, type TinyBatch, tinyRun, weightsOf } from './tiny-run.js'

let root: string
let folders = 0
const newFolder = () => join(root, `run-${folders++}`)
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attentive-resume-'))
})
afterAll(() => rm(root, { recursive: true }))

/** Trains as a new process; `stopAfter` interrupts after so many steps of this part. */
async function trainPart(
  folder: string,
  overrides: Partial<TrainOptions<TinyBatch>> = {},
  stopAfter?: number,
) {
  const controller = new AbortController()
  const run = tinyRun({ checkpoint: { folder, resume: true }, signal: controller.signal, ...overrides })
  const { step } = run.options
  let steps = 0
  run.options.step = async (batch) => {
    const report = await step(batch)
    if (++steps === stopAfter) controller.abort()
    return report
  }
  const result = await train(run.options)
  return { ...run, result }
}

describe('a run that is interrupted and resumed', () => {
  it('has the same weights, bit for bit, and the same validations as one that is not, wherever it stops', async () => {
    const whole = await trainPart(newFolder())
    expect(whole.result).toMatchObject({ stoppedBy: 'epochs', steps: 4 * batchesPerEpoch, resumedFrom: null })
    const wholeLast = await loadCheckpoint(join(whole.options.checkpoint?.folder as string, 'last'))
    const losses = (history: typeof whole.result.history) =>
      history.map(({ seconds: _, ...entry }) => ({ ...entry, perSecond: null }))
    const validations = (history: typeof whole.result.history) =>
      losses(history).filter(({ type }) => type === 'validation')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        async (stops) => {
          const folder = newFolder()
          const trained: number[] = []
          for (const stop of stops) trained.push(...(await trainPart(folder, {}, stop)).trained)
          const resumed = await trainPart(folder)
          trained.push(...resumed.trained)
          expect(trained).toEqual(whole.trained)
          expect(weightsOf(resumed.model)).toEqual(weightsOf(whole.model))
          const { weights, tensors, state } = await loadCheckpoint(join(folder, 'last'))
          expect(weights).toEqual(wholeLast.weights)
          expect(tensors).toEqual(wholeLast.tensors)
          expect({ ...state, seconds: 0 }).toEqual({ ...wholeLast.state, seconds: 0 })
          expect(resumed.result.best).toEqual(whole.result.best)
          expect(validations(resumed.result.history)).toEqual(validations(whole.result.history))
        },
      ),
      { numRuns: 5 },
    )
  })

  it('goes on where its last checkpoint was when it was killed after it', async () => {
    const whole = await trainPart(newFolder())
    const folder = newFolder()
    const killed = tinyRun({ checkpoint: { folder, everySteps: 4 } })
    const { step } = killed.options
    killed.options.step = async (batch) => {
      if (killed.trained.length === 10) throw new Error('killed')
      return step(batch)
    }
    await expect(train(killed.options)).rejects.toThrow('killed')
    const resumed = await trainPart(folder)
    expect(resumed.result.resumedFrom).toBe(8)
    expect(weightsOf(resumed.model)).toEqual(weightsOf(whole.model))
  })

  it('trains on when it gets more epochs, as if it had them from the start', async () => {
    const whole = await trainPart(newFolder(), { epochs: 5 })
    const folder = newFolder()
    await trainPart(folder, { epochs: 2 })
    const longer = await trainPart(folder, { epochs: 5 })
    expect(longer.result.resumedFrom).toBe(2 * batchesPerEpoch)
    expect(weightsOf(longer.model)).toEqual(weightsOf(whole.model))
  })

  it('stays stopped when it had stopped early', async () => {
    const folder = newFolder()
    const options = {
      earlyStopping: { patience: 1 },
      validation: { run: async () => ({ error: 1 }), metric: 'error', mode: 'min' as const, every: 2 },
    }
    expect((await trainPart(folder, options)).result).toMatchObject({ stoppedBy: 'earlyStopping', steps: 4 })
    const again = await trainPart(folder, options)
    expect(again.result).toMatchObject({ stoppedBy: 'earlyStopping', steps: 4 })
    expect(again.trained).toEqual([])
  })
})

describe('resuming', () => {
  it('begins when there is no checkpoint yet', async () => {
    expect((await trainPart(newFolder(), { epochs: 1 })).result.resumedFrom).toBeNull()
  })

  it('refuses a damaged checkpoint and one of other options', async () => {
    const folder = newFolder()
    await trainPart(folder, { epochs: 1 })
    await expect(trainPart(folder, { average: undefined })).rejects.toThrow(
      /expected generators \[dropout\] and no exponential average/,
    )
    await truncate(join(folder, 'last', 'optimizer.safetensors'), 50)
    await expect(trainPart(folder)).rejects.toThrow(CheckpointError)
    await expect(loadCheckpoint(join(folder, 'best'))).rejects.toThrow('without it')
  })

  it('survives a history whose last line was cut off', async () => {
    const folder = newFolder()
    await trainPart(folder, {}, 9)
    const log = join(folder, 'training.jsonl')
    const size = (await readFile(log)).length
    await truncate(log, size - 5)
    const { history } = (await trainPart(folder)).result
    const lines = (await readFile(log, 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(history)
    const steps = history.map(({ step }) => step)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
  })
})
