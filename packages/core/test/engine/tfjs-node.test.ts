import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fusedLstmFor } from '../../src/engine/fused-recurrent.js'
import { Rng } from '../../src/engine/random.js'
import '../../src/engine/register-gradients.js'
import { loadTfjsNode } from '../../src/engine/tfjs-node/load-tfjs-node.js'
import { lstmSequence } from '../../src/ops/lstm.js'

// TensorFlow warns that odd sizes are slow.
process.env.TF_CPP_MIN_LOG_LEVEL = '2'
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
  dropped: boolean
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
  dropped: fc.boolean(),
  seed: fc.nat(),
})

type FiveTensors = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]

/** Outputs, final state, and the gradients of a weighted sum of all of them by every operand, as plain numbers. */
async function solve(backend: string, problem: Problem): Promise<number[][]> {
  await tf.setBackend(backend)
  const { T, B, D, H, reverse, masked, bias, dropped, seed } = problem
  const rng = new Rng(seed)
  const normal = (...shape: number[]) => rng.normal(shape)
  return tf.tidy(() => {
    const operands = [normal(B, T, D), normal(4 * H, D), normal(4 * H, H), normal(B, H), normal(B, H)]
    if (bias) operands.push(normal(4 * H))
    const weights = [normal(B, T, H), normal(B, H), normal(B, H)]
    const mask = masked ? rng.bernoulli([B, T], 0.6) : undefined
    const recurrentMask = dropped ? rng.bernoulli([B, H], 0.6) : undefined
    let results: tf.Tensor[] = []
    const { grads } = tf.valueAndGrads((...args: tf.Tensor[]) => {
      const [inputs, weightIh, weightHh, h, c, biasIh] = args as [...FiveTensors, tf.Tensor?]
      const { outputs, finalState } = lstmSequence({
        inputs,
        weights: { weightIh, weightHh, biasIh },
        initialState: { h, c },
        mask,
        reverse,
        recurrentMask,
      })
      results = [outputs, finalState.h, finalState.c].map((result) => tf.keep(result))
      return tf.addN(results.map((result, k) => tf.sum(tf.mul(result, weights[k] as tf.Tensor)))) as tf.Scalar
    })(operands)
    const numbers = [...results, ...grads].map((tensor) => [...tensor.dataSync()])
    tf.dispose(results)
    return numbers
  })
}

describe.skipIf(!found.tf)(`LSTM on TensorFlow's fused kernel ${title}`, () => {
  afterEach(async () => {
    await tf.setBackend('cpu')
  })

  it('is where tests compute that are told so', async () => {
    vi.stubEnv('ATTENTIVE_TEST_ENGINE', 'tfjs-node')
    await import('../eager-backend.js')
    vi.unstubAllEnvs()
    expect(tf.getBackend()).toBe('tensorflow')
  })

  it('is what the LSTM op runs on that backend, and on no other', async () => {
    await tf.setBackend('tensorflow')
    expect(fusedLstmFor(undefined)).not.toBeNull()
    await tf.setBackend('cpu')
    expect(fusedLstmFor(undefined)).toBeNull()
  })

  it('gives the numbers and gradients of the plain loop, with any masks, direction and state', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const plain = await solve('cpu', problem)
        const fused = await solve('tensorflow', problem)
        plain.forEach((values, k) => {
          for (const [i, value] of values.entries()) expect(fused[k]?.[i]).toBeCloseTo(value, 4)
        })
      }),
      { numRuns: 40, seed: 1 },
    )
  })

  it('leaves no tensor behind', async () => {
    const problem = {
      T: 4,
      B: 2,
      D: 3,
      H: 3,
      reverse: true,
      masked: true,
      bias: true,
      dropped: false,
      seed: 7,
    }
    await solve('tensorflow', problem)
    const before = tf.memory()
    await solve('tensorflow', problem)
    expect(tf.memory()).toMatchObject({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
    })
  })
})
