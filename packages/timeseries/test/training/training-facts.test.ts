import { Linear, Rng } from '@attentive/core'
import { expect, it } from 'vitest'
import { trainingFacts } from '../../src/training/training-facts.js'

const network = new Linear({ inputSize: 3, outputSize: 2, rng: new Rng(1) })

it('has sizes and times of a training, and the best step where there was a validation', () => {
  expect(trainingFacts(network, { best: null, steps: 40, seconds: 90 })).toEqual({
    Parameters: 8,
    'Training steps': 40,
    Minutes: '1.5',
  })
  const best = { step: 25, score: 0.5 }
  expect(trainingFacts(network, { best, steps: 40, seconds: 90 })).toMatchObject({
    'Training steps': '40, the best after 25',
  })
})
