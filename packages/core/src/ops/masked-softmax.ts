import * as tf from '@tensorflow/tfjs-core'
import { ShapeError } from '../errors.js'

/** Far below any score, and still finite: −∞ would turn a fully masked row into NaN. */
const MASKED_SCORE = -1e9

/**
 * Softmax over the last axis among the positions whose mask is 1:
 *
 *     a_s = m_s exp(e_s) / Σ_s' m_s' exp(e_s')
 *
 * Softmax: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs"; with a mask as in
 * Vaswani et al. 2017, section 3.2.3, but without their −∞.
 *
 * Masked positions get exactly 0; a row without any valid position gets zeros, and so does its gradient.
 * @param scores `[…, S]`.
 * @param mask broadcasts to `scores`, 1 = valid; default: all valid.
 * @returns `[…, S]`.
 * @throws ShapeError when `scores` is one number, or `mask` does not broadcast to them.
 */
export function maskedSoftmax(scores: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  requireShapesOf(scores, mask)
  if (!mask) return tf.softmax(scores)
  const valid = tf.cast(mask, 'float32')
  const penalty = tf.mul(tf.sub(1, valid), MASKED_SCORE)
  return tf.mul(tf.softmax(tf.add(scores, penalty)), valid)
}

function requireShapesOf(scores: tf.Tensor, mask: tf.Tensor | undefined): void {
  if (scores.rank === 0) throw new ShapeError({ argument: 'scores', expected: '[…, S]', received: '[]' })
  if (!mask) return
  const sizes = scores.shape.slice(scores.rank - mask.rank)
  const fits =
    mask.rank <= scores.rank && mask.shape.every((size, axis) => size === 1 || size === sizes[axis])
  if (fits) return
  throw new ShapeError({
    argument: 'mask',
    expected: `a shape that broadcasts to [${scores.shape.join(', ')}]`,
    received: `[${mask.shape.join(', ')}]`,
  })
}
