import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import '../../src/engine/register-gradients.js'
import { currentFusedLstm } from '../../src/engine/fused-lstm.js'
import { Rng } from '../../src/engine/random.js'
import { loadTfjsNode } from '../../src/engine/tfjs-node/load-tfjs-node.js'
import { lstmSequence } from '../../src/ops/lstm.js'

const found = loadTfjsNode()
const title = found.tf
  ? `on tfjs-node ${found.version}`
  : `(skipped: ${found.reason}; "pnpm tfjs-node" builds it)`

interface Problem {
  T: number
  B: number
  D: number
  H: number
  reverse: boolean
  masked: boolean
  bias: boolean
  seed: number
}

const problems: fc.Arbitrary<Problem> = fc.record({
  T: fc.integer({ min: 1, max: 5 }),
  B: fc.integer({ min: 1, max: 4 }),
  D: fc.integer({ min: 1, max: 4 }),
  H: fc.integer({ min: 1, max: 4 }),
  reverse: fc.boolean(),
  masked: fc.boolean(),
  bias: fc.boolean(),
  seed: fc.nat(),
})

/** Outputs, final state and the gradients of a weighted sum of all of them, by every input, as plain numbers. */
function solve(backend: string, { T, B, D, H, reverse, masked, bias, seed }: Problem): number[][] {
  tf.setBackend(backend)
  const rng = new Rng(seed)
  return tf.tidy(() => {
    const operands = [[B, T, D], [4 * H, D], [4 * H, H], [B, H], [B, H], [4 * H]].map((shape) =>
      rng.normal(shape),
    )
    const weights = [
      [B, T, H],
      [B, H],
      [B, H],
    ].map((shape) => rng.normal(shape))
    const mask = masked ? rng.bernoulli([B, T], 0.6) : undefined
    let results: tf.Tensor[] = []
    const { grads } = tf.valueAndGrads((inputs, weightIh, weightHh, h, c, biasIh) => {
      const { outputs, finalState } = lstmSequence({
        inputs: inputs as tf.Tensor,
        weights: {
          weightIh: weightIh as tf.Tensor,
          weightHh: weightHh as tf.Tensor,
          ...(bias && { biasIh }),
        },
        initialState: { h: h as tf.Tensor, c: c as tf.Tensor },
        mask,
        reverse,
      })
      results = [outputs, finalState.h, finalState.c].map((result) => tf.keep(result))
      const sums = results.map((result, k) => tf.sum(tf.mul(result, weights[k] as tf.Tensor)))
      return tf.addN(sums) as tf.Scalar
    })(bias ? operands : operands.slice(0, 5))
    const numbers = [...results, ...grads].map((tensor) => [...tensor.dataSync()])
    tf.dispose(results)
    return numbers
  })
}

describe.skipIf(!found.tf)(`LSTM on TensorFlow's fused kernel ${title}`, () => {
  afterEach(() => {
    tf.setBackend('cpu')
  })

  it('is what the LSTM op runs on that backend, and on no other', () => {
    tf.setBackend('tensorflow')
    expect(currentFusedLstm()).not.toBeNull()
    tf.setBackend('cpu')
    expect(currentFusedLstm()).toBeNull()
  })

  it('gives the numbers and gradients of the plain loop, with any mask, direction and state', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const [plain, fused] = [solve('cpu', problem), solve('tensorflow', problem)]
        plain.forEach((values, k) => {
          values.forEach((value, i) => {
            expect(fused[k]?.[i]).toBeCloseTo(value, 4)
          })
        })
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('takes part in a chain of layers and leaves no tensor behind', () => {
    const problem = { T: 4, B: 2, D: 3, H: 3, reverse: true, masked: true, bias: true, seed: 7 }
    solve('tensorflow', problem)
    const before = tf.memory().numTensors
    solve('tensorflow', problem)
    expect(tf.memory().numTensors).toBe(before)
  })
})
