import '@tensorflow/tfjs-backend-cpu'
import '../../src/engine/register-gradients.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import { Lstm } from '../../src/layers/lstm.js'
import { checkModuleGradients, expectClose } from '../../src/testing/index.js'

describe('Lstm', () => {
  test('gradients of all parameters, bidirectional stack with padding, by finite differences', () => {
    const lstm = new Lstm({ inputSize: 3, hiddenSize: 2, numLayers: 2, bidirectional: true, rng: new Rng(1) })
    const inputs = new Rng(2).normal([2, 3, 3])
    const lengths = tf.tensor1d([3, 2], 'int32')
    checkModuleGradients(lstm, () => lstm.forward(inputs, { lengths }))
  })

  test('extra padded steps change nothing', () => {
    const lstm = new Lstm({ inputSize: 3, hiddenSize: 2, numLayers: 2, bidirectional: true, rng: new Rng(1) })
    const inputs = new Rng(2).normal([2, 3, 3])
    const noise = new Rng(3).normal([2, 4, 3])
    const lengths = tf.tensor1d([3, 2], 'int32')
    const short = lstm.forward(inputs, { lengths })
    const long = lstm.forward(tf.concat([inputs, noise], 1), { lengths })
    expectClose(tf.slice(long.outputs, [0, 0, 0], [2, 3, 4]), short.outputs)
    expectClose(tf.slice(long.outputs, [0, 3, 0], [2, 4, 4]), tf.zeros([2, 4, 4]), { absolute: 0 })
    short.finalStates.forEach(({ h, c }, i) => {
      expectClose(long.finalStates[i]?.h as tf.Tensor, h)
      expectClose(long.finalStates[i]?.c as tf.Tensor, c)
    })
  })

  test('names its parameters as PyTorch does', () => {
    const lstm = new Lstm({ inputSize: 3, hiddenSize: 2, bidirectional: true, rng: new Rng(1) })
    const shapes = Object.fromEntries([...lstm.namedParameters()].map(([name, { shape }]) => [name, shape]))
    expect(shapes).toEqual({
      weightIhL0: [8, 3],
      weightHhL0: [8, 2],
      biasIhL0: [8],
      biasHhL0: [8],
      weightIhL0Reverse: [8, 3],
      weightHhL0Reverse: [8, 2],
      biasIhL0Reverse: [8],
      biasHhL0Reverse: [8],
    })
  })
})
