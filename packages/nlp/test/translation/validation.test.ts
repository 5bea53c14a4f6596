import type { TrainingProgress } from '@attentive/core'
import { expect, it } from 'vitest'
import { Translator } from '../../src/index.js'
import { tinyOptions, tinyValidation } from './tiny-training.js'

const options = {
  ...tinyOptions,
  validation: tinyValidation,
  training: { ...tinyOptions.training, epochs: 3, metric: 'perplexity', averageDecay: 0.8 },
  engine: 'onnxruntime',
} as const

it('measures the weights of its moment, averaged ones too, with graphs that were compiled before', async () => {
  const translator = await Translator.train(options)
  const { perplexity } = await translator.evaluate(tinyValidation)
  expect(translator.trainResult?.best?.step).toBe(9)
  expect(translator.trainResult?.best?.score).toBeCloseTo(perplexity, 4)
})

it('counts the time it spends compiling', async () => {
  const told: TrainingProgress[] = []
  await Translator.train({ ...options, onProgress: (progress) => told.push(progress) })
  const secondsOf = (wanted: string) =>
    told.filter(({ phase }) => phase === wanted).map(({ compileSeconds }) => compileSeconds)
  const [before, after] = [secondsOf('validating'), secondsOf('validated')]
  expect(after).toHaveLength(3)
  after.forEach((seconds, i) => {
    expect(seconds).toBeGreaterThan(before[i] as number)
  })
})
