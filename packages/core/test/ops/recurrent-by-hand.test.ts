import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { ShapeError } from '../../src/errors.js'
import { gruSequence, gruStep } from '../../src/ops/gru.js'
import { lstmGates, lstmSequence, lstmStep } from '../../src/ops/lstm.js'
import { expectClose } from '../../src/testing/index.js'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const { tanh } = Math

describe('LSTM by hand', () => {
  // One unit; a different sum for every gate, so that no two can be exchanged unnoticed.
  const [i, f, g, o, c] = [0.3, -0.8, 1.1, 0.5, 0.7]

  test('gates come in order i, f, g, o', () => {
    const next = lstmGates(tf.tensor2d([[i, f, g, o]]), tf.tensor2d([[c]]))
    const nextC = sigmoid(f) * c + sigmoid(i) * tanh(g)
    expectClose(next.c, [nextC])
    expectClose(next.h, [sigmoid(o) * tanh(nextC)])
  })

  test('a step adds U h to what the input gives', () => {
    const [h, u] = [0.6, [0.1, 0.2, -0.3, 0.4]]
    const sums = [i, f, g, o].map((x, k) => x + (u[k] as number) * h) as [number, number, number, number]
    const state = { h: tf.tensor2d([[h]]), c: tf.tensor2d([[c]]) }
    const next = lstmStep(state, tf.tensor2d([[i, f, g, o]]), tf.tensor2d([u]))
    const nextC = sigmoid(sums[1]) * c + sigmoid(sums[0]) * tanh(sums[2])
    expectClose(next.c, [nextC])
    expectClose(next.h, [sigmoid(sums[3]) * tanh(nextC)])
  })

  test('an open forget gate and a closed input gate remember for ever', () => {
    const weights = {
      weightIh: tf.zeros([4, 1]),
      weightHh: tf.zeros([4, 1]),
      biasIh: tf.tensor1d([-50, 50, 0, 50]),
    }
    const initialState = { h: tf.zeros([1, 1]), c: tf.tensor2d([[0.4]]) }
    const { outputs, finalState } = lstmSequence({ inputs: tf.ones([1, 20, 1]), weights, initialState })
    expectClose(finalState.c, [0.4])
    expectClose(tf.slice(outputs, [0, 19, 0], [1, 1, 1]), tf.fill([1, 1, 1], tanh(0.4)))
  })
})

describe('GRU by hand', () => {
  const [xr, xz, xn, h] = [0.3, -0.8, 1.1, 0.6]
  const [ur, uz, un] = [0.5, -0.4, 0.9]
  const [br, bz, bn] = [0.1, 0.2, -0.7]
  const kernels = { recurrent: tf.tensor2d([[ur, uz, un]]), bias: tf.tensor1d([br, bz, bn]) }
  const r = sigmoid(xr + ur * h + br)
  const z = sigmoid(xz + uz * h + bz)

  test.each([
    ['after', true, tanh(xn + r * (un * h + bn))],
    ['before', false, tanh(xn + un * (r * h) + bn)],
  ] as const)('resets %s the product, gates in order r, z, n', (_, resetAfter, n) => {
    const next = gruStep(tf.tensor2d([[h]]), tf.tensor2d([[xr, xz, xn]]), kernels, resetAfter)
    expectClose(next, [(1 - z) * n + z * h])
  })
})

describe.each([
  ['lstmSequence', 4, lstmSequence],
  ['gruSequence', 3, gruSequence],
] as const)('%s', (_, gates, sequence) => {
  const weights = { weightIh: tf.zeros([gates * 2, 3]), weightHh: tf.zeros([gates * 2, 2]) }
  const run = (options: object) => sequence(options as never)
  const inputs = tf.zeros([2, 4, 3])

  test.each([
    [{ inputs: tf.zeros([2, 3]) }, 'inputs: expected [B, T, D], received [2, 3].'],
    [{ inputs: tf.zeros([2, 4, 5]) }, 'inputs: expected [B, T, 3], received [2, 4, 5].'],
    [{ mask: tf.ones([2, 5]) }, 'mask: expected [B=2, T=4], received [2, 5].'],
    [{ mask: tf.ones([4, 2]) }, 'mask: expected [B=2, T=4], received [4, 2].'],
    [{ recurrentMask: tf.ones([1, 2]) }, 'recurrentMask: expected [2, 2], received [1, 2].'],
    [
      { weights: { ...weights, weightIh: tf.zeros([gates * 2 + 1, 3]) } },
      `weightIh: expected [${gates * 2}, D], received [${gates * 2 + 1}, 3].`,
    ],
    [{ weights: { ...weights, biasHh: tf.zeros([2]) } }, `biasHh: expected [${gates * 2}], received [2].`],
  ])('refuses wrong shapes, case %#', (wrong, message) => {
    expect(() => run({ inputs, weights, ...wrong })).toThrow(ShapeError)
    expect(() => run({ inputs, weights, ...wrong })).toThrow(message)
  })

  test('refuses an initial state of another size', () => {
    const wrong = tf.zeros([2, 3])
    const initialState = gates === 4 ? { h: wrong, c: tf.zeros([2, 2]) } : wrong
    expect(() => run({ inputs, weights, initialState })).toThrow(
      /initialState(\.h)?: expected \[2, 2\], received \[2, 3\]/,
    )
  })
})
