import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { NdArray } from '../../src/engine/nd-array.js'
import { InvalidArgumentError, NumericalError } from '../../src/errors.js'
import { loadModelFolder } from '../../src/io/model-folder.js'
import { loadCheckpoint } from '../../src/training/checkpoint.js'
import { abortOnInterrupt } from '../../src/training/interrupt.js'
import type { TrainingProgress } from '../../src/training/train-options.js'
import { train } from '../../src/training/trainer.js'
import { batchesPerEpoch, tinyRun, weightsOf } from './tiny-run.js'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attentive-trainer-'))
})
afterAll(() => rm(root, { recursive: true }))

describe('train', () => {
  it('learns, and ends with the weights of the best validation', async () => {
    const { model, options } = tinyRun({ schedule: undefined })
    const before = await options.validation?.run()
    const { best, history, stoppedBy } = await train(options)
    expect(stoppedBy).toBe('epochs')
    expect(best?.score).toBeLessThan((before?.error as number) * 0.8)
    expect((await options.validation?.run())?.error).toBe(best?.score)
    const validations = history.filter((entry) => entry.type === 'validation')
    expect(validations.map(({ step }) => step)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27])
    expect(Math.min(...validations.map(({ metrics }) => metrics.error as number))).toBe(best?.score)
    expect(validations.findLast((entry) => entry.best)?.step).toBe(best?.step)
    expect(weightsOf(model).frozen).toEqual([1, 2, 3])
  })

  it('validates after every epoch by default, and gives the schedule and the average their turns', async () => {
    const rates: number[] = []
    const seen: number[] = []
    const { options } = tinyRun({
      epochs: 3,
      schedule: { rateAt: (step) => 1 / (10 + step), observe: (score) => seen.push(score), state: null },
      validation: { run: async () => ({ bleu: seen.length }), metric: 'bleu', mode: 'max' },
      onProgress: ({ learningRate, phase }) => phase === 'training' && rates.push(learningRate),
    })
    const { best, history } = await train(options)
    expect(seen).toEqual([0, 1, 2])
    expect(best).toEqual({ score: 2, step: 3 * batchesPerEpoch })
    expect(rates.slice(0, 3)).toEqual([1 / 11, 1 / 12, 1 / 13])
    expect(options.average?.state().updates).toBe(3 * batchesPerEpoch)
    expect(history.filter(({ type }) => type === 'training').map(({ step }) => step)).toHaveLength(10)
  })

  it('takes losses as compiled steps return them, and weighs them by tokens', async () => {
    let n = 0
    const { options } = tinyRun({ maxSteps: 2, validation: undefined, earlyStopping: undefined })
    options.step = async () => ({ loss: NdArray.scalar(n === 0 ? 1 : 5), tokens: n++ === 0 ? 30 : 10 })
    const { history, stoppedBy } = await train(options)
    expect(stoppedBy).toBe('steps')
    expect(history[0]).toMatchObject({ type: 'training', step: 2, loss: 2 })
  })

  it('leaves the averaged weights when nothing is validated', async () => {
    const { model, options } = tinyRun({ epochs: 1, validation: undefined, earlyStopping: undefined })
    await train(options)
    const averages = options.average?.state().tensors ?? {}
    expect(weightsOf(model).weight).toEqual([...(averages['average.weight'] as NdArray).data])
  })

  it('stops early', async () => {
    const scores = [5, 4, 4.5, 4.2, 9]
    const { options } = tinyRun({
      epochs: 9,
      earlyStopping: { patience: 2 },
      validation: { run: async () => ({ error: scores.shift() as number }), metric: 'error', mode: 'min' },
    })
    expect(await train(options)).toMatchObject({
      stoppedBy: 'earlyStopping',
      steps: 4 * batchesPerEpoch,
      best: { score: 4, step: 2 * batchesPerEpoch },
    })
  })

  it('reports where it is', async () => {
    const seen: TrainingProgress[] = []
    const { options } = tinyRun({
      epochs: 2,
      compileMs: () => 1500,
      onProgress: (progress) => seen.push(progress),
    })
    await train(options)
    expect(seen.filter(({ phase }) => phase === 'validated')).toHaveLength(4)
    expect(seen[0]).toMatchObject({
      epoch: 1,
      batch: 1,
      step: 1,
      totalSteps: null,
      unit: 'tokens',
      compileSeconds: 1.5,
    })
    expect(seen[0]?.secondsLeft).toBeNull()
    const last = seen.at(-1) as TrainingProgress
    expect(last).toMatchObject({
      epoch: 2,
      batch: 7,
      step: 14,
      totalSteps: 14,
      batchesPerEpoch,
      secondsLeft: 0,
    })
    expect(last.perSecond).toBeGreaterThan(0)
    expect(last.metrics?.error).toBeGreaterThan(0)
  })

  it('writes a best model that loads as a model, with the averaged weights', async () => {
    const folder = join(root, 'best')
    const describe = () => ({ task: 'tiny', config: { size: 4 }, files: { 'words.txt': 'a b' } })
    const { model, options } = tinyRun({ checkpoint: { folder, describe } })
    await train(options)
    const best = await loadModelFolder(join(folder, 'best'), {
      task: 'tiny',
      schema: z.object({ size: z.number() }),
    })
    expect(best.weights).toEqual(model.stateDict())
    expect(best.fileNames).toEqual(['words.txt'])
    expect((await loadCheckpoint(join(folder, 'last'))).weights).not.toEqual(best.weights)
  })
})

describe('what cannot go on', () => {
  it('a loss that is NaN stops the run, explains, and keeps the last good checkpoint', async () => {
    const folder = join(root, 'nan')
    const { options, trained } = tinyRun({ checkpoint: { folder, everySteps: 5 } })
    const { step } = options
    options.step = async (batch) => (trained.length === 12 ? { loss: Number.NaN } : step(batch))
    const error = await train(options).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(NumericalError)
    expect(String(error)).toMatch(
      /loss \(training step 13, epoch 2, batch 6\): expected a finite number, received NaN/,
    )
    expect(String(error)).toContain(`The checkpoint of step 10 is kept in ${folder}`)
    expect((await loadCheckpoint(join(folder, 'last'))).state.step).toBe(10)
  })

  it('weights that one step too large has broken are not saved over good ones, nor returned as a result', async () => {
    const folder = join(root, 'broken')
    const { options, trained } = tinyRun({ checkpoint: { folder, everySteps: 5 } })
    const { step, optimizer } = options
    options.step = async (batch) => {
      if (trained.length === 9) optimizer.learningRate = 3e38
      return step(batch)
    }
    await expect(train(options)).rejects.toThrow(
      /weights of \w+ \(after training step 10\): .*The checkpoint of step 5 is kept/,
    )
    expect((await loadCheckpoint(join(folder, 'last'))).state.step).toBe(5)
    const last = tinyRun({ maxSteps: 1 })
    const lastStep = last.options.step
    last.options.step = async (batch) => {
      last.options.optimizer.learningRate = 3e38
      return lastStep(batch)
    }
    await expect(train(last.options)).rejects.toThrow(/after training step 1\b/)
  })

  it('a gradient that is NaN is named by its parameter, and the weights stay', async () => {
    const { options, model, trained } = tinyRun()
    const { step } = options
    let before: unknown
    options.step = async (batch) => {
      if (trained.length < 4) return step(batch)
      before = weightsOf(model)
      return step({ ...batch, y: batch.y.map(() => Number.NaN) })
    }
    await expect(train(options)).rejects.toThrow(/gradient of weight at step 5 \(training step 5/)
    expect(weightsOf(model)).toEqual(before)
  })

  it('a failing validation leaves the trained weights in place', async () => {
    const { options, model } = tinyRun()
    options.validation = {
      run: () => Promise.reject(new Error('no disk')),
      metric: 'error',
      mode: 'min',
      every: 3,
    }
    const swapped = weightsOf(model)
    await expect(train(options)).rejects.toThrow('no disk')
    expect(options.average?.state().updates).toBe(3)
    expect(weightsOf(model)).not.toEqual(swapped)
  })

  it('no batches, a metric that is not there, options that make no sense', async () => {
    const refused = (overrides: Parameters<typeof tinyRun>[0]) =>
      expect(train(tinyRun(overrides).options)).rejects.toThrow(InvalidArgumentError)
    await refused({ batches: () => [] })
    await refused({ validation: { run: async () => ({ bleu: 1 }), metric: 'blue', mode: 'max' } })
    await refused({ validation: undefined })
    await refused({ epochs: 0 })
    await refused({ epochs: 1.5 })
    await refused({ maxSteps: 0 })
    await refused({ checkpoint: { folder: join(root, 'never'), everyMinutes: 0 } })
  })
})

describe('abortOnInterrupt', () => {
  it('turns the first SIGINT into a saved stop', async () => {
    const listeners = process.listenerCount('SIGINT')
    const { signal, release } = abortOnInterrupt()
    const folder = join(root, 'interrupt')
    const { options, trained } = tinyRun({ checkpoint: { folder }, signal })
    const { step } = options
    options.step = async (batch) => {
      const report = await step(batch)
      if (trained.length === 5) process.emit('SIGINT')
      return report
    }
    const result = await train(options)
    release()
    expect(result).toMatchObject({ stoppedBy: 'interrupt', steps: 5 })
    expect((await loadCheckpoint(join(folder, 'last'))).state).toMatchObject({ step: 5, epoch: 1, batch: 5 })
    expect(process.listenerCount('SIGINT')).toBe(listeners)
  })
})
