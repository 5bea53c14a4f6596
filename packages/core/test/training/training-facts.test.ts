import { expect, it } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import { Linear } from '../../src/layers/linear.js'
import { trainingFacts } from '../../src/training/training-facts.js'

const model = new Linear({ inputSize: 3, outputSize: 2, rng: new Rng(1) })
const run = { best: null, averaged: null, steps: 40, seconds: 90 }

it('has sizes and times of a training', () => {
  expect(trainingFacts(model, run)).toEqual({ Parameters: 8, 'Training steps': 40, Minutes: '1.5' })
})

it('has the best step where there was a validation, and the steps whose weights were averaged', () => {
  const best = { step: 25, score: 0.5 }
  const averaged = { score: 0.6, steps: [25, 30] }
  expect(trainingFacts(model, { ...run, best, averaged })).toEqual({
    Parameters: 8,
    'Training steps': '40, the best after 25',
    'Mean of the weights after steps': '25, 30',
    Minutes: '1.5',
  })
})
