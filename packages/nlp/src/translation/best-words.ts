/** The best few words of each hypothesis, out of the scores of all. */
import { positions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'

export interface BestWords {
  /** `[N, topK]` log-probabilities, best first; equal ones by lower id. */
  logProbs: tf.Tensor
  /** `[N, topK]` int32 */
  ids: tf.Tensor
}

/** log of the mean of the members' probabilities, `[N, V]` each → `[N, V]`. */
export function allLogProbs(logits: readonly tf.Tensor[]): tf.Tensor {
  const [only] = logits
  return logits.length === 1 && only ? tf.logSoftmax(only) : logOf(meanProbabilities(logits))
}

/**
 * The largest of `allLogProbs`. Of one model the best are chosen among the logits x, and log p_i = x_i − x_k + log p_k
 * for the likeliest word k, whose probability is never too small to have a logarithm: a row is passed over three times
 * less often than by all its log-probabilities.
 */
export function bestWords(logits: readonly tf.Tensor[], topK: number): BestWords {
  const [only] = logits
  if (logits.length > 1 || !only) {
    const { values, indices } = largest(meanProbabilities(logits), topK)
    return { logProbs: logOf(values), ids: indices }
  }
  const { values, indices } = largest(only, topK)
  const rows = positions(only.shape[0] as number)
  const first = (x: tf.Tensor) => tf.slice(x, [0, 0], [-1, 1]) // [N, 1]
  const likeliest = tf.concat([tf.expandDims(rows, 1), first(indices)], 1) // [N, 2]
  const logProb = tf.log(tf.gatherND(tf.softmax(only), likeliest)) // [N]
  return { logProbs: tf.add(tf.sub(values, first(values)), tf.expandDims(logProb, 1)), ids: indices }
}

/** Neighbours that are looked at together: rows of a multiple of so many numbers are searched faster. */
export const groupSize = 64

/**
 * `tf.topk` in half the time: the K largest numbers of a row lie in the K groups of neighbours with the largest maxima.
 * (If one lay elsewhere, each of those groups would hold a number that comes before it.)
 */
export function largest(x: tf.Tensor, topK: number): { values: tf.Tensor; indices: tf.Tensor } {
  const [N, V] = x.shape as [number, number]
  const groups = V / groupSize
  if (!Number.isInteger(groups) || groups < 2 * topK) return tf.topk(x, topK)
  const grouped = tf.reshape(x, [N, groups, groupSize])
  const found = tf.topk(tf.max(grouped, 2), topK).indices // [N, topK]
  // In their order, so that of equal numbers the first comes first.
  const chosen = tf.neg(tf.topk(tf.neg(found), topK).values)
  const candidates = tf.reshape(ofEachRow(grouped, chosen), [N, topK * groupSize])
  const { values, indices: places } = tf.topk(candidates, topK)
  const size = tf.scalar(groupSize, 'int32')
  const first = tf.mul(ofEachRow(chosen, tf.floorDiv(places, size)), size)
  return { values, indices: tf.add(first, tf.mod(places, size)) }
}

/** x `[N, G, …]` at places `[N, K]` of each row → `[N, K, …]`. */
function ofEachRow(x: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const [N, G, ...rest] = x.shape as [number, number, ...number[]]
  const first = tf.expandDims(tf.mul(positions(N), tf.scalar(G, 'int32')), 1)
  return tf.gather(tf.reshape(x, [-1, ...rest]), tf.add(places, first))
}

function meanProbabilities(logits: readonly tf.Tensor[]): tf.Tensor {
  return tf.div(tf.addN(logits.map((scores) => tf.softmax(scores))), logits.length)
}

const logOf = (probabilities: tf.Tensor) => tf.log(tf.maximum(probabilities, 1e-38))
