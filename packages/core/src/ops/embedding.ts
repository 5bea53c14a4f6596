import * as tf from '@tensorflow/tfjs-core'
import { requireInRange } from '../engine/value-range.js'
import { ShapeError } from '../errors.js'
import { requireShapes } from './shapes.js'

/**
 * Rows of a table: y = W[id] (Bengio, Ducharme, Vincent & Jauvin 2003, "A neural probabilistic language model").
 * @param ids any shape, int32, each in 0 … V−1.
 * @param weight `[V, D]`.
 * @param paddingIndex this id reads as zeros, and its row gets no gradient; default: none.
 * @returns `[…, D]`.
 * @throws ShapeError when `weight` is no matrix or `ids` are not int32.
 * @throws InvalidArgumentError when an id is outside 0 … V−1; in a compiled function from its run.
 */
export function embedding(ids: tf.Tensor, weight: tf.Tensor, paddingIndex?: number): tf.Tensor {
  const { V } = requireShapes({ weight: [weight, ['V', 'D']] })
  if (ids.dtype !== 'int32')
    throw new ShapeError({ argument: 'ids', expected: 'int32', received: ids.dtype, hint: 'Use tf.cast.' })
  requireInRange(ids, { argument: 'ids', what: 'ids', least: 0, most: (V as number) - 1 })
  const rows = tf.gather(weight, ids)
  if (paddingIndex === undefined) return rows
  return tf.mul(rows, tf.cast(tf.expandDims(tf.notEqual(ids, paddingIndex), -1), 'float32'))
}
