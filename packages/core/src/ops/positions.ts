import * as tf from '@tensorflow/tfjs-core'

/**
 * 0, 1, … length−1 as int32 `[length]`. Summed up rather than written down (tf.range), so that a graph compiled for
 * open sizes counts as far as its input is long.
 */
export function positions(length: number): tf.Tensor {
  return tf.cumsum(tf.ones([length], 'int32'), 0, true)
}
