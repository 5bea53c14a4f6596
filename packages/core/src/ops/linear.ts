/** Matrix products over the last axis: all leading axes in one product. */
import * as tf from '@tensorflow/tfjs-core'
import { ShapeError } from '../errors.js'
import { requireShapes } from './shapes.js'

/**
 * y = x·Wᵀ + b over the last axis: a layer of units without their activation (Rumelhart, Hinton & Williams 1986,
 * "Learning representations by back-propagating errors", equation 1).
 * @param x `[…, I]`.
 * @param weight `[O, I]`, as PyTorch keeps it.
 * @param bias `[O]`; none by default.
 * @returns `[…, O]`.
 * @throws ShapeError when the last axis of `x` is not I.
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const { I } = requireShapes({ weight: [weight, ['O', 'I']], bias: [bias, ['O']] })
  if (x.shape.at(-1) !== I)
    throw new ShapeError({ argument: 'x', expected: `[…, ${I}]`, received: `[${x.shape.join(', ')}]` })
  return project(x, tf.transpose(weight), bias)
}

/** y = x·K + b with a kernel `[I, O]`, a weight that is transposed already: `[…, I]` → `[…, O]`. */
export function project(x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [I, O] = kernel.shape as [number, number]
  const product = tf.matMul(tf.reshape(x, [-1, I]) as tf.Tensor2D, kernel as tf.Tensor2D)
  return tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), O])
}
