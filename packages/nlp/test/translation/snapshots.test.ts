/** Models of several validations, and one translator with the mean of their weights. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidArgumentError, listSnapshots } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { type TrainTranslatorOptions, Translator } from '../../src/index.js'
import { killedRun } from './killed-run.js'
import { temporaryFolder, weightsOf } from './tiny-training.js'

const averaging = { ...killedRun, training: { ...killedRun.training, averageBest: 2 } }

const snapshotsIn = async (output: string) => {
  const found = await listSnapshots(join(output, 'snapshots'))
  return Promise.all(found.map(({ folder }) => Translator.load(folder, { engine: 'eager' })))
}

describe('a run that averages its best validations', () => {
  it('ends with the mean of their snapshots, scored, saved, and told on the card', async () => {
    const output = await temporaryFolder()
    const translator = await Translator.train({ ...averaging, output })
    const { averaged, best, snapshots } = translator.trainResult ?? {}
    expect(averaged?.steps).toHaveLength(2)
    expect(averaged?.steps[0]).toBe(best?.step)
    expect(snapshots).toHaveLength(2)
    const members = await snapshotsIn(output)
    expect(weightsOf(await Translator.average(members))).toEqual(weightsOf(translator))
    expect(weightsOf(await Translator.load(output))).toEqual(weightsOf(translator))
    const card = await readFile(join(output, 'README.md'), 'utf8')
    expect(card).toContain(`| Mean of the weights after steps | ${averaged?.steps.join(', ')} |`)
    expect(card).toMatch(/\| Parameters \| \d+ \|/)
    expect(weightsOf(translator)).not.toEqual(weightsOf(await Translator.load(join(output, 'best'))))
  })

  it('ends alike when it was interrupted and resumed', async () => {
    const whole = await Translator.train({ ...averaging, output: await temporaryFolder() })
    const output = await temporaryFolder()
    const controller = new AbortController()
    const stopped = await Translator.train({
      ...averaging,
      output,
      signal: controller.signal,
      onProgress: ({ step }) => step === 5 && controller.abort(),
    })
    expect(stopped.trainResult).toMatchObject({ stoppedBy: 'interrupt', steps: 5, averaged: null })
    const resumed = await Translator.train({ ...averaging, output, resume: true })
    expect(resumed.trainResult?.averaged).toEqual(whole.trainResult?.averaged)
    expect(weightsOf(resumed)).toEqual(weightsOf(whole))
  })
})

it('keeps the last validations, beside an unchanged result', async () => {
  const output = await temporaryFolder()
  const kept = await Translator.train({ ...killedRun, output, keepLast: 2 })
  expect(kept.trainResult?.snapshots.map(({ step }) => step)).toEqual([6, 8])
  expect(await snapshotsIn(output)).toHaveLength(2)
  expect(weightsOf(kept)).toEqual(weightsOf(await Translator.train(killedRun)))
})

it.each([
  ['keepBest', { keepBest: 2 }],
  ['training.averageBest', { training: averaging.training, output: 'nowhere', validation: undefined }],
] as [string, Partial<TrainTranslatorOptions>][])(
  'refuses %s without a place or a validation',
  async (argument, changes) => {
    const refused = Translator.train({ ...killedRun, ...changes })
    await expect(refused).rejects.toThrow(InvalidArgumentError)
    await expect(refused).rejects.toMatchObject({ argument })
  },
)
