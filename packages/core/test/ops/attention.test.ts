import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import '../../src/engine/register-gradients.js'
import { InvalidArgumentError } from '../../src/errors.js'
import { attend, prepareMemory } from '../../src/ops/attention.js'
import {
  type AttentionScoreName,
  attentionScores,
  type NamedTensors,
} from '../../src/ops/attention-scores.js'
import { checkGradients, expectClose } from '../../src/testing/index.js'

const [B, K, S, Q] = [2, 3, 4, 3]
const names = Object.keys(attentionScores) as AttentionScoreName[]
const sizes = (name: AttentionScoreName) => ({
  querySize: Q,
  keySize: name === 'dot' || name === 'scaledDot' ? Q : 5,
  attentionSize: 2,
})

function makeCase(name: AttentionScoreName) {
  const rng = new Rng(3)
  const weights = Object.entries(attentionScores[name].weightShapes(sizes(name)))
  return {
    queries: rng.normal([B, K, Q]),
    values: rng.normal([B, S, sizes(name).keySize]),
    ...Object.fromEntries(weights.map(([weight, shape]) => [weight, rng.normal(shape)])),
  } as { queries: tf.Tensor; values: tf.Tensor }
}

function run(name: AttentionScoreName, tensors: { queries: tf.Tensor; values: tf.Tensor }, mask?: tf.Tensor) {
  const { queries, values, ...weights } = tensors as NamedTensors & { queries: tf.Tensor; values: tf.Tensor }
  const score = attentionScores[name]
  const memory = prepareMemory(score, weights, values, mask)
  return attend({ queries, memory, score, kernels: score.kernels(weights) })
}

const mask = tf.tensor2d([1, 1, 1, 1, 1, 1, 0, 0], [B, S])

describe.each(names)('attention, %s', (name) => {
  test('context is the mean of the values by weights that sum to 1', () => {
    const tensors = makeCase(name)
    const { context, weights } = run(name, tensors, mask)
    expectClose(tf.sum(weights, 2), tf.ones([B, K]))
    expectClose(context, tf.matMul(weights, tensors.values))
    expectClose(tf.slice(weights, [1, 0, 2], [1, K, 2]), tf.zeros([1, K, 2]), { absolute: 0 })
  })

  test('K queries that share a memory are K queries with a copy each', () => {
    const tensors = makeCase(name)
    const together = run(name, tensors, mask)
    tf.unstack(tensors.queries, 1).forEach((query, k) => {
      const alone = run(name, { ...tensors, queries: tf.expandDims(query, 1) }, mask)
      expectClose(alone.context, tf.slice(together.context, [0, k, 0], [B, 1, -1]))
    })
  })

  test('extra masked positions change nothing', () => {
    const tensors = makeCase(name)
    const values = tf.concat([tensors.values, tf.fill([B, 2, sizes(name).keySize], 9)], 1)
    const long = run(
      name,
      { ...tensors, values },
      tf.pad(mask, [
        [0, 0],
        [0, 2],
      ]),
    )
    expectClose(long.context, run(name, tensors, mask).context)
  })
})

describe('attention', () => {
  test('a sentence without any valid position has an empty context, and finite gradients', () => {
    const tensors = makeCase('additive')
    const none = tf.tensor2d([0, 0, 0, 0, 1, 1, 1, 1], [B, S])
    const { context, weights } = run('additive', tensors, none)
    expectClose(tf.slice(context, 0, 1), tf.zeros([1, K, 5]), { absolute: 0 })
    expectClose(tf.slice(weights, 0, 1), tf.zeros([1, K, S]), { absolute: 0 })
    checkGradients((inputs) => run('additive', inputs, none), tensors)
  })

  test('dot and scaled dot by hand', () => {
    const queries = tf.tensor3d([1, 2, 0, 1], [1, 1, 4])
    const values = tf.tensor3d([1, 0, 0, 0, 0, 1, 0, 1], [1, 2, 4])
    const share = (difference: number) => 1 / (1 + Math.exp(difference))
    expectClose(run('dot', { queries, values }).weights, [share(2), 1 - share(2)])
    expectClose(run('scaledDot', { queries, values }).weights, [share(1), 1 - share(1)])
  })

  test('refuses sizes that a score cannot bring together, and wrong shapes', () => {
    const uneven = { querySize: 3, keySize: 4, attentionSize: 2 }
    expect(() => attentionScores.dot.weightShapes(uneven)).toThrow(InvalidArgumentError)
    expect(() => attentionScores.scaledDot.weightShapes(uneven)).toThrow(
      "attention: expected queries and keys of one size for score 'scaledDot', received 3 and 4.",
    )
    const tensors = makeCase('additive')
    expect(() => run('additive', tensors, tf.ones([B, S + 1]))).toThrow(
      'memoryMask: expected [B=2, S=4], received [2, 5].',
    )
    expect(() => run('additive', { ...tensors, queries: tf.zeros([3, K, Q]) })).toThrow(
      'queries: expected [B=2, K, Q], received [3, 3, 3].',
    )
  })
})
