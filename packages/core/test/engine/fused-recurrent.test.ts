/** Recurrent layers as ONNX's own operators: used where they may be, with the numbers of the plain loop. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lower } from '../../src/engine/lower.js'
import { type GruSequenceOptions, gruSequence, lstmSequence, Rng } from '../../src/index.js'
import { expectCompiledAsEager, normal } from './helpers.js'

interface Args {
  inputs: tf.Tensor
  weights: { weightIh: tf.Tensor; weightHh: tf.Tensor; biasIh?: tf.Tensor; biasHh?: tf.Tensor }
  h: tf.Tensor
  c: tf.Tensor
}

interface Case {
  B: number
  T: number
  D: number
  H: number
  biasIh: boolean
  biasHh: boolean
  initial: boolean
  reverse: boolean
  seed: number
}

const cases: fc.Arbitrary<Case> = fc.record({
  B: fc.integer({ min: 1, max: 3 }),
  T: fc.integer({ min: 1, max: 4 }),
  D: fc.integer({ min: 1, max: 3 }),
  H: fc.integer({ min: 1, max: 4 }),
  biasIh: fc.boolean(),
  biasHh: fc.boolean(),
  initial: fc.boolean(),
  reverse: fc.boolean(),
  seed: fc.nat(),
})

function argsOf(gates: number, { B, T, D, H, biasIh, biasHh, seed }: Case) {
  const rng = new Rng(seed)
  return {
    inputs: normal(rng, B, T, D),
    weights: {
      weightIh: normal(rng, gates * H, D),
      weightHh: normal(rng, gates * H, H),
      ...(biasIh ? { biasIh: normal(rng, gates * H) } : {}),
      ...(biasHh ? { biasHh: normal(rng, gates * H) } : {}),
    },
    h: normal(rng, B, H),
    c: normal(rng, B, H),
  }
}

const lstm =
  ({ initial, reverse }: Pick<Case, 'initial' | 'reverse'>) =>
  ({ inputs, weights, h, c }: Args) =>
    lstmSequence({ inputs, weights, reverse, ...(initial ? { initialState: { h, c } } : {}) })

const gru =
  (resetAfter: boolean) =>
  ({ initial, reverse }: Pick<Case, 'initial' | 'reverse'>) =>
  ({ inputs, weights, h }: Args) =>
    gruSequence({ inputs, weights, reverse, resetAfter, ...(initial ? { initialState: h } : {}) })

const layers: [string, number, typeof lstm | ReturnType<typeof gru>, string][] = [
  ['LSTM', 4, lstm, 'LSTM'],
  ['GRU, reset after', 3, gru(true), 'GRU'],
  ['GRU, reset before', 3, gru(false), 'GRU'],
]

const plain: Case = {
  B: 2,
  T: 3,
  D: 2,
  H: 3,
  biasIh: true,
  biasHh: true,
  initial: true,
  reverse: false,
  seed: 1,
}
/** Operators of the compiled function that are a loop or a whole layer. */
const loopsOf = <A>(fn: (args: A) => unknown, args: unknown) =>
  lower(fn, args as A)
    .nodes.map(({ op }) => op)
    .filter((op) => ['LSTM', 'GRU', 'Scan'].includes(op))

describe.each(layers)('%s without gradient', (_, gates, layer, operator) => {
  it('is one operator', () => {
    expect(loopsOf(layer(plain) as (args: Args) => unknown, argsOf(gates, plain))).toEqual([operator])
  })

  it('compiled is eager, whatever biases, initial state and direction', () =>
    fc.assert(
      fc.asyncProperty(cases, (given) =>
        expectCompiledAsEager<Args>(layer(given), argsOf(gates, given), { tolerance: 1e-5 }),
      ),
      { numRuns: 25 },
    ))

  it('compiled once serves batches and lengths of all sizes', () =>
    expectCompiledAsEager<Args>(layer({ ...plain, reverse: true }), argsOf(gates, plain), {
      tolerance: 1e-5,
      axes: { inputs: ['B', 'T', null], h: ['B', null], c: ['B', null] },
    }))
})

describe('a loop of its own is kept', () => {
  const args = argsOf(3, plain)
  const sequence = (more: Partial<GruSequenceOptions>) => (given: Args) =>
    gruSequence({ inputs: given.inputs, weights: given.weights, ...more })

  it('for a mask, which may have holes', () => {
    const masked = (given: Args) =>
      sequence({
        mask: tf.tensor2d([
          [1, 0, 1],
          [1, 1, 0],
        ]),
      })(given)
    expect(loopsOf(masked, args)).toEqual(['Scan'])
  })

  it('for dropout on the recurrent weights', () => {
    expect(loopsOf((given: Args) => sequence({ recurrentMask: tf.zeros([2, 3]) })(given), args)).toEqual([
      'Scan',
    ])
  })

  it('where a gradient is taken', () => {
    const gradient = (given: Args) => tf.grad((inputs) => sequence({ inputs })(given).outputs)(given.inputs)
    expect(loopsOf(gradient, args)).toEqual(['Scan', 'Scan'])
  })
})
