import { Lstm, Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'

it('a layer runs outside of compiled functions where nobody has chosen a backend', () => {
  const lstm = new Lstm({ inputSize: 1, hiddenSize: 1, rng: new Rng(1) })
  expect(lstm.forward(tf.zeros([1, 2, 1])).outputs.shape).toEqual([1, 2, 1])
  expect(tf.getBackend()).toBe('cpu')
})
