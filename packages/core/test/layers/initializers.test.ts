import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import {
  type Initializer,
  normal,
  orthogonal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from '../../src/layers/initializers.js'
import { Lstm } from '../../src/layers/lstm.js'
import { expectClose } from '../../src/testing/index.js'

const shape = [300, 200] as const
const draw = (initializer: Initializer, seed = 1) => initializer(shape, new Rng(seed))
const deviation = (values: Float32Array) =>
  Math.sqrt(tf.moments(tf.tensor1d(values)).variance.dataSync()[0] as number)
const largest = (values: Float32Array) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)

describe('initializers', () => {
  test.each([
    ['uniform', uniform(0.3), 0.3 / Math.sqrt(3), 0.3],
    ['normal', normal(0.5), 0.5, 5],
    ['xavierUniform', xavierUniform, Math.sqrt(2 / 500), Math.sqrt(6 / 500)],
    ['xavierNormal', xavierNormal, Math.sqrt(2 / 500), 1],
  ])('%s has the spread it should, around zero', (_, initializer, expected, limit) => {
    const values = draw(initializer)
    expect(deviation(values) / expected).toBeCloseTo(1, 1)
    expect(Math.abs(tf.mean(tf.tensor1d(values)).dataSync()[0] as number)).toBeLessThan(expected / 50)
    expect(largest(values)).toBeLessThanOrEqual(limit)
    expect(draw(initializer)).toEqual(values)
    expect(draw(initializer, 2)).not.toEqual(values)
  })

  test('zeros are zeros', () => {
    expect(draw(zeros)).toEqual(new Float32Array(60_000))
  })

  test.each([
    [[40, 40], 40],
    [[20, 50], 20],
    [[50, 20], 20],
  ] as const)('orthogonal %j has orthonormal rows or columns', ([rows, columns], rank) => {
    const matrix = tf.tensor2d(orthogonal([rows, columns], new Rng(1)), [rows, columns])
    const gram =
      rows <= columns ? tf.matMul(matrix, matrix, false, true) : tf.matMul(matrix, matrix, true, false)
    expectClose(gram, tf.eye(rank), { absolute: 1e-5 })
  })

  test('an orthogonal recurrent initialiser makes every gate orthogonal', () => {
    const lstm = new Lstm({ inputSize: 2, hiddenSize: 6, recurrentInitializer: orthogonal, rng: new Rng(1) })
    const { weightHhL0 } = lstm.stateDict()
    for (const gate of tf.split(weightHhL0?.toTensor() as tf.Tensor, 4))
      expectClose(tf.matMul(gate, gate, false, true), tf.eye(6), { absolute: 1e-5 })
  })
})
