import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { DataError, NdArray, NumericalError, Parameter, Rng, ShapeError } from '../../src/index.js'
import { Linear } from '../../src/layers/linear.js'
import {
  checkGradients,
  checkModuleGradients,
  expectClose,
  expectNoLeak,
  loadGolden,
} from '../../src/testing/index.js'

/** 3x, whose gradient claims to be `slope`. */
const triple = (slope: number) =>
  tf.customGrad((x) => ({
    value: tf.mul(x as tf.Tensor, 3),
    gradFunc: (dy) => tf.mul(dy as tf.Tensor, slope),
  })) as (x: tf.Tensor) => tf.Tensor

describe('checkGradients', () => {
  test('accepts a right gradient and names the place of a wrong one', () => {
    const x = tf.tensor2d([1, -2, 0.5, 3], [2, 2])
    expect(() => checkGradients(({ x }) => triple(3)(x), { x })).not.toThrow()
    expect(() => checkGradients(({ x }) => triple(3.01)(x), { x })).toThrow(NumericalError)
    expect(() => checkGradients(({ x }) => triple(3.01)(x), { x })).toThrow(
      /^gradient of x at \[[01], [01]\]: /,
    )
  })

  test('sees a gradient that is missing, in any output of a tree', () => {
    const stopped = tf.customGrad((x) => ({
      value: tf.square(x as tf.Tensor),
      gradFunc: (dy) => tf.zerosLike(dy as tf.Tensor),
    })) as (x: tf.Tensor) => tf.Tensor
    const f = ({ x }: { x: tf.Tensor }) => ({ right: tf.square(x), more: [stopped(x)] })
    expect(() => checkGradients(f, { x: tf.tensor1d([1, 2]) })).toThrow(NumericalError)
  })

  test('is exact enough for curved functions, and hands integers through', () => {
    const ids = tf.tensor1d([2, 0, 2], 'int32')
    const f = ({ table, ids }: { table: tf.Tensor; ids: tf.Tensor }) => tf.exp(tf.gather(table, ids))
    const table = new Rng(1).normal([3, 2])
    expect(() => checkGradients(f, { table, ids }, { tolerance: 5e-5 })).not.toThrow()
  })

  test('moves the parameters of a module and puts them back', () => {
    const linear = new Linear({ inputSize: 2, outputSize: 2, rng: new Rng(1) })
    const before = linear.stateDict()
    const x = tf.tensor2d([1, 2], [1, 2])
    checkModuleGradients(linear, () => tf.tanh(linear.forward(x)))
    expect(linear.stateDict()).toEqual(before)
    expectClose(linear.weight.read(), before.weight as NdArray, { absolute: 0 })
    expect(() => checkModuleGradients(linear, () => triple(2)(linear.forward(x)))).toThrow(
      /gradient of weight/,
    )
  })

  test('leaves no tensors behind', async () => {
    const x = tf.tensor1d([1, 2])
    await expectNoLeak(() => checkGradients(({ x }) => tf.square(x), { x }))
  })
})

describe('expectClose', () => {
  test('passes within the tolerance, and compares tensors, arrays and plain numbers', () => {
    expect(() => expectClose(tf.tensor1d([1, 100]), [1.000005, 100.0005])).not.toThrow()
    expect(() => expectClose(NdArray.scalar(2), tf.scalar(2))).not.toThrow()
    expect(() => expectClose([Number.POSITIVE_INFINITY, -0], [Number.POSITIVE_INFINITY, 0])).not.toThrow()
  })

  test('names the worst entry', () => {
    const actual = tf.tensor2d([1, 2.1, 3, 5], [2, 2])
    const expected = tf.tensor2d([1, 2, 3, 4], [2, 2])
    expect(() => expectClose(actual, expected, { name: 'h' })).toThrow('h at [1, 1]: expected 4, received 5.')
  })

  test('finds nothing close to NaN, and infinity not to a number', () => {
    expect(() => expectClose([Number.NaN], [Number.NaN])).toThrow(NumericalError)
    expect(() => expectClose([Number.NaN], [1])).toThrow(NumericalError)
    expect(() => expectClose([Number.POSITIVE_INFINITY], [1])).toThrow(NumericalError)
    expect(() => expectClose([1], [Number.POSITIVE_INFINITY])).toThrow(NumericalError)
  })

  test('refuses another shape', () => {
    expect(() => expectClose(tf.zeros([2, 1]), tf.zeros([1, 2]))).toThrow(ShapeError)
    expect(() => expectClose([1, 2], [1])).toThrow(ShapeError)
  })
})

describe('expectNoLeak', () => {
  test('lets caches fill once, and catches a tensor a run', async () => {
    const cached = new Parameter([2])
    await expect(expectNoLeak(() => cached.read())).resolves.toBeUndefined()
    await expect(expectNoLeak(async () => tf.zeros([1]))).rejects.toThrow(NumericalError)
  })
})

describe('loadGolden', () => {
  test('says where the scripts are when a file is missing', () => {
    expect(() => loadGolden('nowhere.json')).toThrow(DataError)
    expect(() => loadGolden('nowhere.json')).toThrow(/tools\/golden/)
  })
})
