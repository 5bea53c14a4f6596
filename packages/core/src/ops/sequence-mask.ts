import * as tf from '@tensorflow/tfjs-core'
import { requireInRange } from '../engine/value-range.js'
import { positions } from './positions.js'
import { requireShapes } from './shapes.js'

/**
 * Mask of padded sequences: m_bt = 1 where t < lengths_b, else 0.
 * @param lengths `[B]` int32.
 * @param maxLength T, the padded length.
 * @returns `[B, T]` bool.
 * @throws ShapeError when `lengths` has another rank.
 * @throws InvalidArgumentError when a length is outside 0 … T; in a compiled function from its run, if T is fixed.
 */
export function sequenceMask(lengths: tf.Tensor, maxLength: number): tf.Tensor {
  requireShapes({ lengths: [lengths, ['B']] })
  requireInRange(lengths, { argument: 'lengths', what: 'lengths', least: 0, most: maxLength })
  return tf.less(tf.expandDims(positions(maxLength), 0), tf.expandDims(tf.cast(lengths, 'int32'), 1))
}
