import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskedSoftmax } from '../../src/ops/masked-softmax.js'
import { checkGradients, expectClose } from '../../src/testing/index.js'

const scores = () => tf.tensor2d([1, 2, 3, -1, 0, 1, 5, 5, 5], [3, 3])
const mask = tf.tensor2d([1, 1, 0, 0, 0, 0, 1, 1, 1], [3, 3])

describe('maskedSoftmax', () => {
  test('shares among the valid, gives zeros to the rest and to rows without any', () => {
    const e = Math.exp(1)
    const expected = [1 / (1 + e), e / (1 + e), 0, 0, 0, 0, 1 / 3, 1 / 3, 1 / 3]
    expectClose(maskedSoftmax(scores(), mask), expected)
    expectClose(maskedSoftmax(scores(), tf.cast(mask, 'bool')), expected)
    expect([...maskedSoftmax(scores(), mask).dataSync()].filter((a) => a === 0)).toHaveLength(4)
  })

  test('without a mask is softmax', () => {
    expectClose(maskedSoftmax(scores()), tf.softmax(scores()))
  })

  test('gradients by finite differences; none at all where everything is masked', () => {
    checkGradients(({ x }) => maskedSoftmax(x, mask), { x: scores() })
    const gradient = tf.grad((x) => tf.sum(tf.square(maskedSoftmax(x, mask))))(scores())
    expectClose(tf.slice(gradient, [1, 0], [1, 3]), tf.zeros([1, 3]), { absolute: 0 })
  })

  test('masked scores have no influence, however large, and a broadcast mask holds for all rows', () => {
    const score = fc.float({ min: -30, max: 30, noNaN: true })
    const huge = fc.constantFrom(-1e8, 1e8, 77)
    fc.assert(
      fc.property(fc.array(score, { minLength: 4, maxLength: 4 }), huge, (valid, other) => {
        const row = (padding: number) => [...valid, padding, padding]
        const x = tf.tensor3d([...row(0), ...row(other)], [1, 2, 6])
        const [a, b] = tf.unstack(maskedSoftmax(x, tf.tensor3d([1, 1, 1, 1, 0, 0], [1, 1, 6])), 1)
        expectClose(a as tf.Tensor, b as tf.Tensor, { absolute: 1e-7 })
        expectClose(tf.sum(b as tf.Tensor), [1])
      }),
      { seed: 1, numRuns: 50 },
    )
  })
})
