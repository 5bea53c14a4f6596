/** Dropout of recurrent stacks: each place against what it must equal, computed without dropout. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { treeLeaves } from '../../src/engine/tree.js'
import {
  compile,
  Gru,
  Lstm,
  NdArray,
  type RecurrentForwardOptions,
  type RecurrentResult,
  type RecurrentStackOptions,
  Rng,
  type StateDict,
  valueAndGradients,
} from '../../src/index.js'
import { checkGradients, checkModuleGradients, expectClose, expectNoLeak } from '../../src/testing/index.js'
import { engines } from './golden-case.js'

const [D, H] = [3, 6]

type Options = Partial<RecurrentStackOptions>
type Stack = (Lstm | Gru) & {
  forward(inputs: tf.Tensor, options?: RecurrentForwardOptions<unknown>): RecurrentResult<unknown>
}

const usual = () => ({ inputSize: D, hiddenSize: H, rng: new Rng(1) })
const layers: Record<string, (options: Options) => Stack> = {
  Lstm: (options) => new Lstm({ ...usual(), ...options }) as Stack,
  'Gru, reset after': (options) => new Gru({ ...usual(), ...options }) as Stack,
  'Gru, reset before': (options) => new Gru({ ...usual(), resetAfter: false, ...options }) as Stack,
}

const deep = { numLayers: 2, bidirectional: true }
const everywhere = { inputDropout: 0.2, dropout: 0.3, outputDropout: 0.4, recurrentDropout: 0.5 }
const inputsOf = (B: number, T = 4) => new Rng(2).normal([B, T, D])
const row = (x: tf.Tensor, b: number) => tf.slice(x, [b, 0, 0], [1, -1, -1])
const training = (seed: number) => ({ training: true, rng: new Rng(seed) })

/** A mask `[B, F]` for all steps or `[T, B, F]`, drawn as the layers draw it, batch first. */
function drawMask(rng: Rng, [B, T, F]: number[], rate: number, variational: boolean): tf.Tensor {
  const mask = rng.bernoulli([variational ? 1 : (T as number), B as number, F as number], 1 - rate)
  return tf.transpose(tf.div(mask, 1 - rate), [1, 0, 2])
}

/** weightHh with every column, one number of h, times its mask: U (h ∘ m) = (U diag m) h. */
function withMaskedStates(state: StateDict, suffix: string, mask: tf.Tensor): StateDict {
  const name = `weightHh${suffix}`
  const weight = (state[name] as NdArray).toTensor()
  return { ...state, [name]: NdArray.fromTensor(tf.mul(weight, mask)) }
}

describe.each(Object.keys(layers))('%s', (kind) => {
  const make = layers[kind] as (options: Options) => Stack

  test.each([1, 3])(
    'recurrent dropout: one mask a row, layer and direction, at all of its steps, B %i',
    (B) => {
      const layer = make({ ...deep, recurrentDropout: 0.5 })
      const inputs = inputsOf(B)
      const mask = tf.tensor2d(
        [
          [1, 1, 1, 1],
          [1, 1, 0, 0],
          [1, 0, 1, 1],
        ].slice(0, B),
      )
      const { outputs, finalStates } = layer.forward(inputs, { mask, ...training(5) })
      const rng = new Rng(5)
      const suffixes = ['L0', 'L0Reverse', 'L1', 'L1Reverse']
      const masks = suffixes.map((suffix) => [suffix, tf.mul(rng.bernoulli([B, H], 0.5), 2)] as const)
      for (let b = 0; b < B; b++) {
        const alone = make(deep)
        const weights = masks.reduce(
          (state, [suffix, drawn]) => withMaskedStates(state, suffix, tf.slice(drawn, [b, 0], [1, H])),
          layer.stateDict(),
        )
        alone.loadStateDict(weights)
        const expected = alone.forward(row(inputs, b), { mask: tf.slice(mask, [b, 0], [1, 4]) })
        expectClose(row(outputs, b), expected.outputs)
      }
      expect(finalStates).toHaveLength(4)
      expect(() => expectClose(outputs, layer.forward(inputs, { mask }).outputs)).toThrow()
    },
  )

  test.each([true, false])('input and output dropout, one mask for all steps: %s', (variationalDropout) => {
    const [B, T] = [2, 4]
    const layer = make({ inputDropout: 0.3, outputDropout: 0.5, variationalDropout })
    const inputs = inputsOf(B, T)
    const found = layer.forward(inputs, training(3))
    const rng = new Rng(3)
    const dropped = tf.mul(inputs, drawMask(rng, [B, T, D], 0.3, variationalDropout))
    const { outputs, finalStates } = layer.forward(dropped)
    expectClose(found.outputs, tf.mul(outputs, drawMask(rng, [B, T, H], 0.5, variationalDropout)))
    const whole = treeLeaves<tf.Tensor>(finalStates)
    for (const [i, state] of treeLeaves<tf.Tensor>(found.finalStates).entries())
      expectClose(state, whole[i] as tf.Tensor)
  })

  test.each([true, false])('dropout between layers, one mask for all steps: %s', (variationalDropout) => {
    const layer = make({ numLayers: 2, dropout: 0.5, variationalDropout })
    const inputs = inputsOf(2)
    const part = (suffix: string, inputSize: number) => {
      const single = make({ inputSize })
      const own = Object.entries(layer.stateDict()).filter(([name]) => name.endsWith(suffix))
      single.loadStateDict(
        Object.fromEntries(own.map(([name, values]) => [name.replace(suffix, 'L0'), values])),
      )
      return single
    }
    const between = part('L0', D).forward(inputs).outputs
    const dropped = tf.mul(between, drawMask(new Rng(3), [2, 4, H], 0.5, variationalDropout))
    expectClose(layer.forward(inputs, training(3)).outputs, part('L1', H).forward(dropped).outputs)
  })

  test('drops in training only, as its seed says', () => {
    const inputs = inputsOf(2)
    for (const [name, rate] of Object.entries(everywhere)) {
      const layer = make({ numLayers: 2, [name]: rate })
      const run = (seed: number) => layer.forward(inputs, training(seed)).outputs
      expectClose(layer.forward(inputs).outputs, make({ numLayers: 2 }).forward(inputs).outputs)
      expectClose(run(1), run(1), { absolute: 0 })
      expect(() => expectClose(run(1), run(2))).toThrow()
      expect(() => expectClose(run(1), layer.forward(inputs).outputs)).toThrow()
      expect(() => layer.forward(inputs, { training: true })).toThrow(/^rng: expected an Rng/)
    }
  })

  test('gradients with fixed masks, by finite differences', () => {
    const layer = make({ numLayers: 2, ...everywhere, variationalDropout: true, hiddenSize: 2 })
    const lengths = tf.tensor1d([3, 2], 'int32')
    const run = (inputs: tf.Tensor) => layer.forward(inputs, { lengths, ...training(8) })
    checkModuleGradients(layer, () => run(inputsOf(2, 3)), { entries: 4 })
    checkGradients(({ inputs }) => run(inputs), { inputs: inputsOf(2, 3) }, { entries: 6 })
  })

  test('compiled is eager, new masks at each run', async () => {
    const layer = make({ ...deep, ...everywhere, variationalDropout: true })
    const results = engines.map(async (engine) => {
      const rng = new Rng(4)
      const step = compile(
        ({ inputs }: { inputs: tf.Tensor }) => {
          const { loss, gradients } = valueAndGradients(layer, () =>
            tf.sum(tf.square(layer.forward(inputs, { training: true, rng }).outputs)),
          )
          return { loss, gradients: gradients.entries.map(({ tensor }) => tensor) }
        },
        { engine, axes: { inputs: ['B', 'T', null] } },
      )
      const runs = []
      for (const B of [2, 2, 3]) runs.push(await step({ inputs: inputsOf(B) }))
      return runs
    })
    const [eager = [], compiled = eager] = await Promise.all(results)
    expect(eager[0]?.loss.item()).not.toBeCloseTo(eager[1]?.loss.item() as number, 3)
    compiled.forEach(({ loss, gradients }, i) => {
      expectClose(loss, eager[i]?.loss as NdArray)
      for (const [k, gradient] of gradients.entries())
        expectClose(gradient, eager[i]?.gradients[k] as NdArray)
    })
  })

  test('leaves no tensors behind, gradients included', async () => {
    const layer = make({ ...deep, ...everywhere })
    const inputs = inputsOf(2)
    await expectNoLeak(() =>
      tf.tidy(() => void tf.grad((x) => tf.sum(layer.forward(x, training(1)).outputs))(inputs)),
    )
  })

  test.each([
    [{ ...deep, dropout: 1 }, 'dropout: expected a probability in [0, 1), received 1.'],
    [{ inputDropout: -0.1 }, 'inputDropout: expected a probability in [0, 1), received -0.1.'],
    [{ outputDropout: Number.NaN }, 'outputDropout: expected a probability in [0, 1), received NaN.'],
    [{ recurrentDropout: 1.5 }, 'recurrentDropout: expected a probability in [0, 1), received 1.5.'],
    [{ dropout: 0.5 }, 'dropout: expected 0 with one layer, as it drops between layers, received 0.5.'],
  ])('refuses options %j', (options, message) => {
    expect(() => make(options)).toThrow(message)
  })
})
