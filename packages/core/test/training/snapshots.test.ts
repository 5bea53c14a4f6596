/** Numbered models of the best and the last validations: which, whole, the same after a resumption, and their mean. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InvalidArgumentError } from '../../src/errors.js'
import { isModelFolder, loadModelFolder } from '../../src/io/model-folder.js'
import { averageStates } from '../../src/training/average-states.js'
import { loadCheckpoint } from '../../src/training/checkpoint.js'
import { listSnapshots, Snapshots } from '../../src/training/snapshots.js'
import type { CheckpointOptions, TrainOptions } from '../../src/training/train-options.js'
import { train } from '../../src/training/trainer.js'
import { type TinyBatch, tinyRun, weightsOf } from './tiny-run.js'

let root: string
let folders = 0
const newFolder = () => join(root, `run-${folders++}`)
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attentive-snapshots-'))
})
afterAll(() => rm(root, { recursive: true }))

const weightsIn = async (folder: string) => (await loadModelFolder(folder, { schema: z.unknown() })).weights
const stepsIn = async (folder: string) =>
  (await listSnapshots(join(folder, 'snapshots'))).map(({ step }) => step)

/** Validates after every second step, with the given scores; the weights of each validation by step. */
function scoredRun(
  scores: number[],
  checkpoint: CheckpointOptions,
  overrides: Partial<TrainOptions<TinyBatch>> = {},
) {
  const validated = new Map<number, ReturnType<typeof weightsOf>>()
  const run = tinyRun({ maxSteps: 2 * scores.length, checkpoint, ...overrides })
  const { step } = run.options
  let steps = 0
  run.options.step = async (batch) => {
    steps++
    return step(batch)
  }
  run.options.validation = {
    metric: 'score',
    mode: 'max',
    every: 2,
    run: async () => {
      validated.set(steps, weightsOf(run.model))
      return { score: scores[steps / 2 - 1] ?? 0 }
    },
  }
  return { ...run, validated }
}

describe('snapshots', () => {
  it('hold the models of the best and of the last validations, as they were validated', async () => {
    const folder = newFolder()
    const scores = [3, 9, 9, 1, Number.NaN, 5, 2, 4]
    const { options, validated } = scoredRun(scores, { folder, keepBest: 3, keepLast: 2 })
    const { snapshots, averaged } = await train(options)
    expect(averaged).toBeNull()
    expect(snapshots.map(({ step, score }) => [step, score])).toEqual([
      [4, 9],
      [6, 9],
      [12, 5],
      [14, 2],
      [16, 4],
    ])
    expect(await listSnapshots(join(folder, 'snapshots'))).toEqual(
      snapshots.map(({ step, folder }) => ({ step, folder })),
    )
    for (const { step, folder } of snapshots) {
      const values = Object.entries(await weightsIn(folder)).map(([name, { data }]) => [name, [...data]])
      expect(Object.fromEntries(values)).toEqual(validated.get(step))
    }
    expect((await readdir(join(folder, 'snapshots'))).sort()[0]).toBe('step-00000004')
  })

  it('of any scores are the best ones and the last ones, ties to the earlier', async () => {
    const score = fc.integer({ min: 0, max: 4 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(score, { minLength: 1, maxLength: 12 }),
        fc.nat({ max: 3 }),
        fc.nat({ max: 3 }),
        fc.constantFrom('min' as const, 'max' as const),
        async (scores, best, last, mode) => {
          const snapshots = new Snapshots('unused', { best, last, mode })
          for (const [step, score] of scores.entries()) await snapshots.add({ step, score }, async () => {})
          const ranked = scores.map((score, step) => ({ score: mode === 'min' ? score : -score, step }))
          ranked.sort((a, b) => a.score - b.score || a.step - b.step)
          const wanted = new Set(ranked.slice(0, best).map(({ step }) => step))
          for (let i = 1; i <= last; i++) if (scores.length >= i) wanted.add(scores.length - i)
          expect(snapshots.state.map(({ step }) => step)).toEqual([...wanted].sort((a, b) => a - b))
        },
      ),
      { seed: 1 },
    )
  })

  it('can be averaged at the end: the mean is scored, and another than the best', async () => {
    const folder = newFolder()
    const { options, model } = tinyRun({ checkpoint: { folder, averageBest: 3 } })
    const { averaged, best, snapshots } = await train(options)
    expect(averaged?.steps).toHaveLength(3)
    expect(averaged?.steps[0]).toBe(best?.step)
    expect(snapshots.map(({ step }) => step)).toEqual([...(averaged?.steps ?? [])].sort((a, b) => a - b))
    const mean = await averageStates(snapshots.map(({ folder }) => weightsIn(folder)))
    expect(model.stateDict()).toEqual(mean)
    expect(mean).not.toEqual(await weightsIn(join(folder, 'best')))
    expect(averaged?.score).toBe((await options.validation?.run())?.error)
  })

  it('need a validation, and counts that are some', async () => {
    const refused = (checkpoint: Partial<CheckpointOptions>, overrides = {}) =>
      expect(
        train(tinyRun({ checkpoint: { folder: newFolder(), ...checkpoint }, ...overrides }).options),
      ).rejects.toThrow(InvalidArgumentError)
    await refused({ keepBest: 0 })
    await refused({ keepLast: 1.5 })
    await refused({ averageBest: -1 })
    await refused({ keepBest: 2 }, { validation: undefined, earlyStopping: undefined })
  })
})

describe('snapshots of a run that is interrupted, or killed, and resumed', () => {
  const keep = { keepBest: 2, keepLast: 2, averageBest: 2 }

  /** Trains as a new process; throws, as if killed, or asks for the end after so many steps of this part. */
  async function trainPart(folder: string, end: { killAfter?: number; stopAfter?: number } = {}) {
    const controller = new AbortController()
    const run = tinyRun({
      checkpoint: { folder, resume: true, everySteps: 5, ...keep },
      signal: controller.signal,
    })
    const { step } = run.options
    let steps = 0
    run.options.step = async (batch) => {
      if (steps === end.killAfter) throw new Error('killed')
      const report = await step(batch)
      if (++steps === end.stopAfter) controller.abort()
      return report
    }
    return { ...run, result: await train(run.options).catch((error: Error) => error) }
  }

  it('are those of one that is not, and so is their mean, wherever it stops', async () => {
    const whole = await trainPart(newFolder())
    const end = fc.oneof(
      fc.record({ killAfter: fc.integer({ min: 1, max: 13 }) }),
      fc.record({ stopAfter: fc.integer({ min: 1, max: 13 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(end, { minLength: 1, maxLength: 3 }), async (ends) => {
        const folder = newFolder()
        for (const one of ends) {
          await trainPart(folder, one)
          // What the checkpoint names is there, whole.
          if (!(await isModelFolder(join(folder, 'last')))) continue
          const { state } = await loadCheckpoint(join(folder, 'last'))
          const there = await stepsIn(folder)
          expect(there).toEqual(expect.arrayContaining(state.snapshots.map(({ step }) => step)))
        }
        const resumed = await trainPart(folder)
        expect(resumed.result).toMatchObject({
          snapshots: (whole.result as { snapshots: { step: number; score: number }[] }).snapshots.map(
            ({ step, score }) => ({ step, score }),
          ),
          averaged: (whole.result as { averaged: unknown }).averaged,
        })
        expect(weightsOf(resumed.model)).toEqual(weightsOf(whole.model))
        const { state } = await loadCheckpoint(join(folder, 'last'))
        expect(await stepsIn(folder)).toEqual(state.snapshots.map(({ step }) => step))
      }),
      { numRuns: 5, seed: 2 },
    )
  })

  it('an interrupted run is not averaged', async () => {
    const { result } = await trainPart(newFolder(), { stopAfter: 12 })
    expect(result).toMatchObject({ stoppedBy: 'interrupt', averaged: null })
  })

  it('leave nothing of what a crash left half, nor of an earlier run in the folder', async () => {
    const folder = newFolder()
    const place = join(folder, 'snapshots')
    for (const name of ['step-00000003', 'step-00000099', 'step-00000098.attentive-removed', 'mine']) {
      await mkdir(join(place, name), { recursive: true })
      await writeFile(join(place, name, 'model.safetensors'), 'half')
    }
    expect(await listSnapshots(place)).toEqual([])
    const { options } = tinyRun({ epochs: 1, checkpoint: { folder, keepLast: 1 } })
    await train(options)
    expect((await readdir(place)).sort()).toEqual(['mine', 'step-00000006'])
    expect(await listSnapshots(join(folder, 'nowhere'))).toEqual([])
  })
})
