import '../eager-backend.js'
import '../../src/engine/register-gradients.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, ShapeError } from '../../src/errors.js'
import { crossEntropy } from '../../src/ops/cross-entropy.js'
import { checkGradients, expectClose } from '../../src/testing/index.js'

const targets = tf.tensor1d([2, 0], 'int32')
const logits = () => tf.tensor2d([0.1, -0.4, 1.2, 0.3, -2, 0.5, 0.9, 1.1], [2, 4])

/** −Σ q log p with q spelled out: (1−ε) at the target and ε/V everywhere. */
function byDefinition(rows: number[][], ids: number[], smoothing: number): number[] {
  return rows.map((row, n) => {
    const logSum = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0))
    return -row.reduce((sum, x, v) => {
      const q = smoothing / row.length + (v === ids[n] ? 1 - smoothing : 0)
      return sum + q * (x - logSum)
    }, 0)
  })
}

describe('crossEntropy', () => {
  test.each([0, 0.1, 0.6])('is −Σ q log p, smoothing %f', (labelSmoothing) => {
    const expected = byDefinition(logits().arraySync() as number[][], [2, 0], labelSmoothing)
    const losses = crossEntropy({ logits: logits(), targets, labelSmoothing, reduction: 'none' })
    expectClose(losses, expected, { relative: 1e-6 })
  })

  test('sums, and averages by weight', () => {
    const [a = 0, b = 0] = byDefinition(logits().arraySync() as number[][], [2, 0], 0)
    const weights = tf.tensor1d([3, 0.5])
    expectClose(crossEntropy({ logits: logits(), targets }), [(a + b) / 2])
    expectClose(crossEntropy({ logits: logits(), targets, reduction: 'sum' }), [a + b])
    expectClose(crossEntropy({ logits: logits(), targets, weights, reduction: 'sum' }), [3 * a + 0.5 * b])
    expectClose(crossEntropy({ logits: logits(), targets, weights }), [(3 * a + 0.5 * b) / 3.5])
  })

  test('a mask of booleans counts valid targets only; none at all gives 0, with zero gradients', () => {
    const [a = 0] = byDefinition(logits().arraySync() as number[][], [2, 0], 0)
    expectClose(crossEntropy({ logits: logits(), targets, weights: tf.tensor1d([true, false], 'bool') }), [a])
    const loss = (x: tf.Tensor) => crossEntropy({ logits: x, targets, weights: tf.zeros([2]) }) as tf.Scalar
    expectClose(loss(logits()), [0], { absolute: 0 })
    expectClose(tf.grad(loss)(logits()), tf.zeros([2, 4]), { absolute: 0 })
  })

  test('keeps the shape of the targets with more axes', () => {
    const deep = { logits: tf.reshape(logits(), [1, 2, 4]), targets: tf.reshape(targets, [1, 2]) }
    const losses = crossEntropy({ ...deep, reduction: 'none' })
    expect(losses.shape).toEqual([1, 2])
    expectClose(tf.reshape(losses, [2]), crossEntropy({ logits: logits(), targets, reduction: 'none' }))
  })

  test('is exact where exp(logit) overflows, and where a probability underflows', () => {
    const huge = tf.tensor2d([1e4, 0, -1e4, 9999, 0, 0, 0, 1e30], [2, 4])
    const losses = crossEntropy({ logits: huge, targets, reduction: 'none' })
    expectClose(losses, [2e4 + Math.log1p(Math.exp(-1)), 1e30], { relative: 1e-6 })
    const gradient = tf.grad((x) => tf.sum(crossEntropy({ logits: x, targets, reduction: 'none' })))(huge)
    const p = 1 / (1 + Math.exp(-1))
    expectClose(gradient, tf.tensor2d([p, 0, -1, 1 - p, -1, 0, 0, 1], [2, 4]))
  })

  test.each([0, 0.3])('gradients by finite differences, smoothing %f', (labelSmoothing) => {
    const weights = tf.tensor1d([0.7, 2])
    for (const reduction of ['none', 'sum', 'mean'] as const)
      checkGradients(({ x }) => crossEntropy({ logits: x, targets, weights, labelSmoothing, reduction }), {
        x: logits(),
      })
  })

  test('works under a tape with weights and logits computed inside', () => {
    const loss = (x: tf.Tensor) => {
      const weights = tf.cast(tf.notEqual(targets, 0), 'float32')
      return crossEntropy({
        logits: tf.mul(x, 2),
        targets: tf.mul(targets, tf.scalar(1, 'int32')),
        weights,
      }) as tf.Scalar
    }
    checkGradients(({ x }) => loss(x), { x: logits() })
  })

  test('refuses what does not fit', () => {
    const floats = tf.tensor1d([1, 2])
    expect(() => crossEntropy({ logits: logits(), targets: floats })).toThrow(
      new ShapeError({ argument: 'targets', expected: 'int32', received: 'float32', hint: 'Use tf.cast.' }),
    )
    expect(() => crossEntropy({ logits: logits(), targets: tf.zeros([3], 'int32') })).toThrow(
      'targets: expected [2], received [3].',
    )
    expect(() => crossEntropy({ logits: logits(), targets, weights: tf.zeros([2, 1]) })).toThrow(
      'weights: expected [2], received [2, 1].',
    )
    expect(() => crossEntropy({ logits: logits(), targets, labelSmoothing: 1 })).toThrow(InvalidArgumentError)
    expect(() => crossEntropy({ logits: logits(), targets, labelSmoothing: Number.NaN })).toThrow(
      'labelSmoothing: expected a number in [0, 1), received NaN.',
    )
  })
})
