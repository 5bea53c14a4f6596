import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import '../../src/engine/register-gradients.js'
import { InvalidArgumentError, ShapeError } from '../../src/errors.js'
import { dropout } from '../../src/ops/dropout.js'
import { embedding } from '../../src/ops/embedding.js'
import { linear } from '../../src/ops/linear.js'
import { sequenceMask } from '../../src/ops/sequence-mask.js'
import { requireShapes } from '../../src/ops/shapes.js'
import { checkGradients, expectClose } from '../../src/testing/index.js'

describe('dropout', () => {
  const x = tf.ones([50, 20, 10])

  test('drops the given share and keeps the mean', () => {
    const y = dropout(x, { rate: 0.3, rng: new Rng(1) })
    const values = new Set(y.dataSync())
    expect([...values].sort()).toEqual([0, Math.fround(1 / 0.7)])
    expectClose(tf.mean(y), [1], { absolute: 0.02 })
  })

  test('makes the same mask from the same seed, and another at the next draw', () => {
    const rng = new Rng(1)
    const [first, second] = [dropout(x, { rate: 0.5, rng }), dropout(x, { rate: 0.5, rng })]
    expectClose(first, dropout(x, { rate: 0.5, rng: new Rng(1) }), { absolute: 0 })
    expect(() => expectClose(first, second)).toThrow()
  })

  test('one decision for all entries along a shared axis', () => {
    const y = dropout(x, { rate: 0.5, rng: new Rng(1), sharedAxes: [1] })
    const { mean, variance } = tf.moments(y, 1)
    expectClose(variance, tf.zeros([50, 10]), { absolute: 1e-6 })
    expectClose(tf.mean(mean), [1], { absolute: 0.1 })
  })

  test('draws nothing and changes nothing at rate 0', () => {
    const rng = new Rng(1)
    expect(dropout(x, { rate: 0, rng })).toBe(x)
    expect(rng.state).toEqual(new Rng(1).state)
  })

  test.each([-0.1, 1, Number.NaN])('refuses rate %f', (rate) => {
    expect(() => dropout(x, { rate, rng: new Rng(1) })).toThrow(InvalidArgumentError)
  })
})

describe('embedding', () => {
  const weight = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])

  test('looks rows up; the padding row reads as zeros and gets no gradient', () => {
    const ids = tf.tensor2d([2, 0, 2, 1], [2, 2], 'int32')
    expectClose(embedding(ids, weight), tf.tensor3d([5, 6, 1, 2, 5, 6, 3, 4], [2, 2, 2]))
    expectClose(embedding(ids, weight, 2), tf.tensor3d([0, 0, 1, 2, 0, 0, 3, 4], [2, 2, 2]))
    const gradient = tf.grad((w) => tf.sum(embedding(ids, w, 2)))(weight)
    expectClose(gradient, tf.tensor2d([1, 1, 1, 1, 0, 0], [3, 2]))
    checkGradients(({ w }) => tf.square(embedding(ids, w)), { w: weight })
  })

  test('refuses ids that are no integers, and a table that is no matrix', () => {
    expect(() => embedding(tf.tensor1d([1]), weight)).toThrow('ids: expected int32, received float32.')
    expect(() => embedding(tf.tensor1d([1], 'int32'), tf.zeros([3]))).toThrow(
      'weight: expected [V, D], received [3].',
    )
  })
})

describe('linear', () => {
  const weight = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])

  test('multiplies the last axis by W transposed and adds the bias', () => {
    const x = tf.tensor3d([1, 1, 0, 2], [2, 1, 2])
    expectClose(linear(x, weight, tf.tensor1d([0, 10, 20])), tf.tensor3d([3, 17, 31, 4, 18, 32], [2, 1, 3]))
    expectClose(linear(tf.tensor1d([1, 1]), weight), tf.tensor1d([3, 7, 11]))
  })

  test('refuses another last axis or bias', () => {
    expect(() => linear(tf.zeros([2, 4, 3]), weight)).toThrow('x: expected […, 2], received [2, 4, 3].')
    expect(() => linear(tf.zeros([2]), weight, tf.zeros([2]))).toThrow('bias: expected [O=3], received [2].')
  })
})

describe('sequenceMask', () => {
  test('is 1 before the length', () => {
    const mask = sequenceMask(tf.tensor1d([0, 2, 3], 'int32'), 3)
    expect(mask.dtype).toBe('bool')
    expect(mask.arraySync()).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ])
  })

  test('refuses lengths that are no vector', () => {
    expect(() => sequenceMask(tf.zeros([2, 1], 'int32'), 3)).toThrow(
      'lengths: expected [B], received [2, 1].',
    )
  })
})

describe('requireShapes', () => {
  test('returns the sizes of the letters, and leaves out what is not there', () => {
    const x = tf.zeros([2, 5, 8])
    expect(requireShapes({ x: [x, ['B', 'T', 8]], mask: [undefined, ['B', 'T']] })).toEqual({ B: 2, T: 5 })
  })

  test.each([
    [['B', 'T', 8], [2, 5, 7], 'inputs: expected [B, T, 8], received [2, 5, 7].'],
    [['B', 'T'], [2, 5, 7], 'inputs: expected [B, T], received [2, 5, 7].'],
    [['B', 'B'], [2, 5], 'inputs: expected [B, B], received [2, 5].'],
    [[], [1], 'inputs: expected [], received [1].'],
  ] as const)('%j against %j', (dimensions, shape, message) => {
    const check = () => requireShapes({ inputs: [tf.zeros([...shape]), [...dimensions]] })
    expect(check).toThrow(ShapeError)
    expect(check).toThrow(message)
  })
})
