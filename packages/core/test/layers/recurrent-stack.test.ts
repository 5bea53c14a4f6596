import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import '../../src/engine/register-gradients.js'
import { treeLeaves } from '../../src/engine/tree.js'
import { InvalidArgumentError, ShapeError } from '../../src/errors.js'
import { Gru } from '../../src/layers/gru.js'
import { Lstm } from '../../src/layers/lstm.js'
import type {
  RecurrentForwardOptions,
  RecurrentResult,
  RecurrentStackOptions,
} from '../../src/layers/recurrent-stack.js'
import { expectClose } from '../../src/testing/index.js'

const D = 3
const H = 2

/** Both layers behind one type: their states differ, what is checked here does not. */
interface Stack {
  forward(inputs: tf.Tensor, options?: RecurrentForwardOptions<unknown>): RecurrentResult<unknown>
}
const layers = { Lstm, Gru }
const make = (kind: 'Lstm' | 'Gru', options: Partial<RecurrentStackOptions> = {}) =>
  new layers[kind]({ inputSize: D, hiddenSize: H, rng: new Rng(1), ...options })
const stack = (kind: 'Lstm' | 'Gru', options: Partial<RecurrentStackOptions> = {}) =>
  make(kind, options) as Stack

const deep = { numLayers: 2, bidirectional: true }
const steps = (x: tf.Tensor, begin: number, end: number) => tf.slice(x, [0, begin, 0], [-1, end - begin, -1])
const row = (x: tf.Tensor, b: number) =>
  tf.slice(x, [b, ...x.shape.slice(1).map(() => 0)], [1, ...x.shape.slice(1)])

describe.each(['Lstm', 'Gru'] as const)('%s', (kind) => {
  test('a padded row gives what it gives alone: outputs, final states, and zeros after its end', () => {
    const layer = stack(kind, deep)
    const length = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(fc.array(length, { minLength: 1, maxLength: 3 }), fc.nat(), (lengths, seed) => {
        const inputs = new Rng(seed).normal([lengths.length, 5, D])
        const all = layer.forward(inputs, { lengths: tf.tensor1d(lengths, 'int32') })
        lengths.forEach((length, b) => {
          const alone = layer.forward(steps(row(inputs, b), 0, length))
          const outputs = row(all.outputs, b)
          expectClose(steps(outputs, 0, length), alone.outputs)
          expectClose(steps(outputs, length, 5), tf.zeros([1, 5 - length, 2 * H]), { absolute: 0 })
          const states = treeLeaves<tf.Tensor>(all.finalStates).map((state) => row(state, b))
          treeLeaves<tf.Tensor>(alone.finalStates).forEach((state, i) => {
            expectClose(states[i] as tf.Tensor, state)
          })
        })
      }),
      { seed: 1, numRuns: 15 },
    )
  })

  test('padding has no influence on gradients either', () => {
    const layer = stack(kind, deep)
    const inputs = new Rng(2).normal([1, 5, D])
    const gradient = (x: tf.Tensor, options: object) =>
      tf.grad((x) => tf.sum(tf.square(layer.forward(x, options).outputs)))(x)
    const padded = gradient(inputs, { lengths: tf.tensor1d([3], 'int32') })
    expectClose(steps(padded, 0, 3), gradient(steps(inputs, 0, 3), {}))
    expectClose(steps(padded, 3, 5), tf.zeros([1, 2, D]), { absolute: 0 })
  })

  test('a mask with a hole skips that step', () => {
    const layer = stack(kind, deep)
    const inputs = new Rng(2).normal([1, 4, D])
    const holed = layer.forward(inputs, { mask: tf.tensor2d([[1, 0, 1, 1]]) })
    const without = layer.forward(tf.concat([steps(inputs, 0, 1), steps(inputs, 2, 4)], 1))
    expectClose(tf.concat([steps(holed.outputs, 0, 1), steps(holed.outputs, 2, 4)], 1), without.outputs)
  })

  test('goes on from a final state as if it had not stopped', () => {
    const layer = stack(kind, { numLayers: 2 })
    const inputs = new Rng(2).normal([2, 5, D])
    const whole = layer.forward(inputs)
    const first = layer.forward(steps(inputs, 0, 2))
    const rest = layer.forward(steps(inputs, 2, 5), { initialStates: first.finalStates })
    expectClose(rest.outputs, steps(whole.outputs, 2, 5))
  })

  test('the reverse direction is the forward one on reversed inputs', () => {
    const both = make(kind, { bidirectional: true })
    const forward = make(kind)
    const inputs = new Rng(2).normal([2, 4, D])
    const reverse = Object.entries(both.stateDict()).filter(([name]) => name.endsWith('Reverse'))
    forward.loadStateDict(
      Object.fromEntries(reverse.map(([name, values]) => [name.replace('Reverse', ''), values])),
    )
    const [, backward] = tf.split((both as Stack).forward(inputs).outputs, 2, 2)
    expectClose(
      backward as tf.Tensor,
      tf.reverse((forward as Stack).forward(tf.reverse(inputs, 1)).outputs, 1),
    )
  })

  test('refuses what does not fit', () => {
    const layer = stack(kind, deep)
    const inputs = tf.zeros([2, 5, D])
    const lengths = tf.tensor1d([3, 2], 'int32')
    expect(() => layer.forward(tf.zeros([2, 5, 7]))).toThrow(
      new ShapeError({ argument: 'inputs', expected: '[B, T, 3]', received: '[2, 5, 7]' }),
    )
    expect(() => layer.forward(inputs, { lengths: tf.zeros([3], 'int32') })).toThrow(
      'lengths: expected [B=2], received [3].',
    )
    expect(() => layer.forward(inputs, { lengths, mask: tf.ones([2, 5]) })).toThrow(
      'lengths: expected lengths or mask, received both.',
    )
    expect(() => layer.forward(inputs, { initialStates: [] })).toThrow(
      'initialStates: expected 4 states, one a layer and direction, received 0.',
    )
  })

  test.each([
    [{ hiddenSize: 0 }, 'hiddenSize: expected a positive integer, received 0.'],
    [{ inputSize: 1.5 }, 'inputSize: expected a positive integer, received 1.5.'],
    [{ numLayers: -1 }, 'numLayers: expected a positive integer, received -1.'],
  ])('refuses options %j', (options, message) => {
    expect(() => make(kind, options)).toThrow(InvalidArgumentError)
    expect(() => make(kind, options)).toThrow(message)
  })
})

describe('Lstm', () => {
  test('names and shapes its parameters as PyTorch does', () => {
    const shapes = (options: Partial<RecurrentStackOptions>) =>
      Object.fromEntries(
        [...make('Lstm', options).namedParameters()].map(([name, { shape }]) => [name, shape]),
      )
    const cell = (suffix: string, inputs: number) => ({
      [`weightIh${suffix}`]: [4 * H, inputs],
      [`weightHh${suffix}`]: [4 * H, H],
      [`biasIh${suffix}`]: [4 * H],
      [`biasHh${suffix}`]: [4 * H],
    })
    expect(shapes(deep)).toEqual({
      ...cell('L0', D),
      ...cell('L0Reverse', D),
      ...cell('L1', 2 * H),
      ...cell('L1Reverse', 2 * H),
    })
    expect(Object.keys(shapes({ bias: false }))).toEqual(['weightIhL0', 'weightHhL0'])
  })

  test('starts with the forget bias it is told, once', () => {
    const options = { inputSize: D, hiddenSize: H }
    const plain = new Lstm({ ...options, rng: new Rng(1) }).stateDict()
    const biased = new Lstm({ ...options, forgetBias: 1, rng: new Rng(1) }).stateDict()
    const added = (name: string) =>
      tf.sub(biased[name]?.toTensor() as tf.Tensor, plain[name]?.toTensor() as tf.Tensor)
    expectClose(added('biasIhL0'), [0, 0, 1, 1, 0, 0, 0, 0])
    expectClose(added('biasHhL0'), tf.zeros([4 * H]), { absolute: 0 })
  })
})

describe('Gru', () => {
  test('its two conventions differ', () => {
    const inputs = new Rng(2).normal([2, 3, D])
    const outputs = (resetAfter: boolean) =>
      new Gru({ inputSize: D, hiddenSize: H, resetAfter, rng: new Rng(1) }).forward(inputs).outputs
    expect(() => expectClose(outputs(true), outputs(false))).toThrow()
  })

  test('names its parameters as PyTorch does', () => {
    const names = [...make('Gru', { bidirectional: true }).namedParameters()].map(([name, { shape }]) => [
      name,
      ...shape,
    ])
    expect(names.slice(0, 5)).toEqual([
      ['weightIhL0', 3 * H, D],
      ['weightHhL0', 3 * H, H],
      ['biasIhL0', 3 * H],
      ['biasHhL0', 3 * H],
      ['weightIhL0Reverse', 3 * H, D],
    ])
  })
})
