/** log Γ on the host and in graphs, by Stirling's series from 8 on, and Γ(x + 1) = x Γ(x) below. */
import * as tf from '@tensorflow/tfjs-core'

/** Of Stirling's series Σ c_k x^{1−2k} (Abramowitz & Stegun 1964, 6.1.41). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188]
const halfLogTwoPi = Math.log(2 * Math.PI) / 2
const shift = 8

/** log Γ(x), x > 0, right to about 1e-14 relative. */
export function logGamma(x: number): number {
  let product = 1
  let z = x
  while (z < shift) product *= z++
  const series = stirling.reduceRight((sum, c) => sum / (z * z) + c, 0) / z
  return (z - 0.5) * Math.log(z) - z + halfLogTwoPi + series - Math.log(product)
}

/** The same of every number of a tensor, above 0, with gradients. */
export function logGammaOf(x: tf.Tensor): tf.Tensor {
  const z = tf.add(x, shift)
  const inverse = tf.reciprocal(z)
  const squared = tf.square(inverse)
  const series = stirling
    .slice(0, 3)
    .reduceRight((sum: tf.Tensor, c) => tf.add(tf.mul(sum, squared), c), tf.zerosLike(z))
  const main = tf.sub(tf.mul(tf.sub(z, 0.5), tf.log(z)), z)
  const below = Array.from({ length: shift }, (_, k) => tf.log(tf.add(x, k))).reduce((sum, one) =>
    tf.add(sum, one),
  )
  return tf.sub(tf.add(tf.add(main, halfLogTwoPi), tf.mul(series, inverse)), below)
}
