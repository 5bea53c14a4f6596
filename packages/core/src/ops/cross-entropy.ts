import * as tf from '@tensorflow/tfjs-core'
import { requireInRange } from '../engine/value-range.js'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import { positions } from './positions.js'
import { requireShapes } from './shapes.js'

export interface CrossEntropyOptions {
  /** `[…, V]` unnormalised log-probabilities. */
  logits: tf.Tensor
  /** `[…]` int32, ids in 0 … V−1; also where the weight is 0. */
  targets: tf.Tensor
  /** `[…]` weight of every target, 0 for padding; default: all 1. No gradient flows to it. */
  weights?: tf.Tensor
  /** ε in [0, 1): share of the target distribution that is spread evenly over the vocabulary. Default 0. */
  labelSmoothing?: number
  /** `mean`: Σ wℓ / Σ w (0 when all weights are 0); `sum`: Σ wℓ; `none`: wℓ, `[…]`. Default `mean`. */
  reduction?: 'mean' | 'sum' | 'none'
}

/**
 * Cross-entropy per target ℓ, by default averaged over all targets by weight: Σ wℓ / Σ w, so padding counts nowhere.
 *
 *     ℓ = −(1−ε) log p_target − ε/V Σ_v log p_v,   p = softmax(logits)
 *
 * Label smoothing: Szegedy et al. 2016, "Rethinking the Inception architecture", section 7; as in PyTorch, the
 * ε-part counts all V classes. The gradient, (p − target distribution) · w, is made in one piece from p, the only
 * buffer of the size of the logits that is kept. Exact also where exp(logit) would overflow.
 *
 * @returns one number, or `[…]` with `reduction: 'none'`.
 * @throws ShapeError when the shapes do not belong together, or `targets` is not int32.
 * @throws InvalidArgumentError when `labelSmoothing` is outside [0, 1), or a target outside 0 … V−1; the latter in a
 *   compiled function from its run.
 */
export function crossEntropy(options: CrossEntropyOptions): tf.Tensor {
  const { logits, targets, weights, labelSmoothing = 0, reduction = 'mean' } = options
  requireArguments(logits, targets, weights, labelSmoothing)
  const rows = tf.reshape(logits, [-1, logits.shape.at(-1) as number])
  const losses = tf.reshape(lossOfRows(rows, tf.reshape(targets, [-1]), labelSmoothing), targets.shape)
  const weighted = weights ? tf.mul(losses, tf.cast(weights, 'float32')) : losses
  if (reduction === 'none') return weighted
  if (reduction === 'sum') return tf.sum(weighted)
  if (!weights) return tf.mean(weighted)
  return tf.mul(tf.sum(weighted), tf.divNoNan(1, tf.sum(tf.cast(weights, 'float32'))))
}

/** ℓ for rows of logits `[N, V]` and targets `[N]`. */
function lossOfRows(logits: tf.Tensor, targets: tf.Tensor, smoothing: number): tf.Tensor {
  const [N, V] = logits.shape as [number, number]
  // The targets come from outside and need no gradient; what the gradient reads is saved, as the tape frees the rest.
  return tf.customGrad((...args) => {
    const [scores, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void]
    const p = tf.softmax(scores)
    const at = tf.stack([positions(N), targets], 1) // [N, 2]
    save([p, at])
    // log Σ exp(x) = x_k − log p_k for any class k; the likeliest one has p_k ≥ 1/V, where log is accurate.
    const logSum = tf.sub(tf.max(scores, 1), tf.log(tf.max(p, 1)))
    const hit = tf.mul(tf.gatherND(scores, at), 1 - smoothing)
    const even = smoothing > 0 ? tf.mul(tf.mean(scores, 1), smoothing) : tf.zeros([N])
    return {
      value: tf.sub(logSum, tf.add(hit, even)),
      gradFunc: (dy, saved) => gradientOfRows(dy as tf.Tensor, saved as tf.Tensor[], smoothing, V),
    }
  })(logits)
}

/** (p − q)·dy with q = ε/V everywhere and 1−ε more at the target: one entry a row is written over. */
function gradientOfRows(dy: tf.Tensor, [p, at]: tf.Tensor[], smoothing: number, V: number): tf.Tensor {
  const probabilities = p as tf.Tensor
  const even = smoothing / V
  const excess = smoothing > 0 ? tf.sub(probabilities, even) : probabilities
  const atTargets = tf.mul(tf.sub(tf.gatherND(probabilities, at as tf.Tensor), 1 - smoothing + even), dy)
  return tf.tensorScatterUpdate(tf.mul(excess, tf.expandDims(dy, 1)), at as tf.Tensor2D, atTargets)
}

function requireArguments(
  logits: tf.Tensor,
  targets: tf.Tensor,
  weights: tf.Tensor | undefined,
  labelSmoothing: number,
): void {
  if (targets.dtype !== 'int32')
    throw new ShapeError({
      argument: 'targets',
      expected: 'int32',
      received: targets.dtype,
      hint: 'Use tf.cast.',
    })
  const leading = logits.shape.slice(0, -1)
  requireShapes({ targets: [targets, leading], weights: [weights, leading] })
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new InvalidArgumentError({
      argument: 'labelSmoothing',
      expected: 'a number in [0, 1)',
      received: String(labelSmoothing),
    })
  const V = logits.shape.at(-1) as number
  requireInRange(targets, { argument: 'targets', what: 'ids', least: 0, most: V - 1 })
}
