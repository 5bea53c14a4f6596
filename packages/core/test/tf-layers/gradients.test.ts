/** Every tf.layers wrapper against what it wraps, which PyTorch's values hold to the mark: outputs and all gradients. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import {
  Attention,
  type AttentionScoreName,
  attentionScores,
  Gru,
  Lstm,
  type Module,
  NdArray,
  type RecurrentForwardOptions,
  type RecurrentResult,
  Rng,
} from '../../src/index.js'
import { expectClose } from '../../src/testing/index.js'
import * as wrappers from '../../src/tf-layers/index.js'
import { compute, golden, type Tensors } from '../layers/golden-case.js'
import { sizeOf } from '../primitives/primitive.js'

const [B, T, D, H] = [3, 4, 3, 2]
const mask = tf.tensor2d([1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0], [B, T])

interface Wrapped {
  exported: keyof typeof wrappers
  layer: tfl.layers.Layer
  module: Module
  inputs: Tensors
  /** The same of the wrapped module. */
  run(inputs: Tensors): tf.Tensor
}

type Stack = Module & {
  forward(x: tf.Tensor, options?: RecurrentForwardOptions<unknown>): RecurrentResult<unknown>
}

/** With all steps as outputs, or the last valid one of each row and direction: the h of the final states. */
function recurrent(
  exported: 'AttentiveLSTM' | 'AttentiveGRU',
  returnSequences: boolean,
  resetAfter = true,
): Wrapped {
  const options = { bidirectional: true, ...(exported === 'AttentiveGRU' ? { resetAfter } : {}) }
  const Wrapper = exported === 'AttentiveLSTM' ? wrappers.AttentiveLSTM : wrappers.AttentiveGRU
  const layer = new Wrapper({ units: H, returnSequences, seed: 1, ...options })
  const Layer = exported === 'AttentiveLSTM' ? Lstm : Gru
  const module = new Layer({ inputSize: D, hiddenSize: H, rng: new Rng(1), ...options }) as Stack
  const run = ({ x }: Tensors) => {
    const { outputs, finalStates } = module.forward(x as tf.Tensor, { mask })
    const ends = finalStates.map((state) =>
      state instanceof tf.Tensor ? state : (state as { h: tf.Tensor }).h,
    )
    return returnSequences ? outputs : tf.concat(ends, 1)
  }
  return { exported, layer, module, inputs: { x: new Rng(2).normal([B, T, D]) }, run }
}

function attention(score: AttentionScoreName): Wrapped {
  const memorySize = score === 'dot' || score === 'scaledDot' ? D : 5
  const layer = new wrappers.AttentiveAttention({ score, units: 4, seed: 1 })
  const module = new Attention({ score, querySize: D, memorySize, attentionSize: 4, rng: new Rng(1) })
  const rng = new Rng(2)
  const inputs = { memory: rng.normal([B, T, memorySize]), queries: rng.normal([B, 2, D]) }
  const run = (given: Tensors) => {
    const { queries, memory } = given as typeof inputs
    return module.forward({ queries, memory, memoryMask: mask }).context
  }
  return { exported: 'AttentiveAttention', layer, module, inputs, run }
}

const table: Record<string, Wrapped> = {
  'LSTM, all steps': recurrent('AttentiveLSTM', true),
  'LSTM, the last step': recurrent('AttentiveLSTM', false),
  'GRU, all steps': recurrent('AttentiveGRU', true),
  'GRU, the last step': recurrent('AttentiveGRU', false),
  'GRU that resets before': recurrent('AttentiveGRU', true, false),
  ...Object.fromEntries(
    (Object.keys(attentionScores) as AttentionScoreName[]).map((score) => [
      `attention, ${score}`,
      attention(score),
    ]),
  ),
}

const outputOf = (layer: tfl.layers.Layer, inputs: Tensors) =>
  layer.apply([...Object.values(inputs), mask]) as tf.Tensor

const nameOf = ({ originalName }: tfl.LayerVariable) => originalName.split('/').at(-1) as string

/** Output and gradients of Σ output · cotangent, by the names of inputs and weights. */
function gradientsOf(layer: tfl.layers.Layer, inputs: Tensors, cotangent: tf.Tensor) {
  const total = (given: Tensors) => tf.sum(tf.mul(outputOf(layer, given), cotangent)) as tf.Scalar
  const names = Object.keys(inputs)
  const byInputs = tf.grads((...xs) => total(Object.fromEntries(xs.map((x, i) => [names[i], x]))))(
    Object.values(inputs),
  )
  const weights = layer.weights.map(
    (weight) => [nameOf(weight), weight as unknown as { val: tf.Variable }] as const,
  )
  const byWeights =
    weights.length === 0
      ? {}
      : tf.variableGrads(
          () => total(inputs),
          weights.map(([, { val }]) => val),
        ).grads
  return new Map([
    ...names.map((name, i) => [name, byInputs[i] as tf.Tensor] as const),
    ...weights.map(([name, { val }]) => [name, byWeights[val.name] as tf.Tensor] as const),
  ])
}

test.each(Object.entries(table))('%s: outputs and gradients', async (_, { layer, module, inputs, run }) => {
  const output = outputOf(layer, inputs)
  module.loadStateDict(
    Object.fromEntries(layer.weights.map((weight) => [nameOf(weight), NdArray.fromTensor(weight.read())])),
  )
  const cotangents = { output: new Rng(5).normal(output.shape) }
  const [expected] = await compute({ inputs, cotangents }, module, (x) => ({ output: run(x) }), 'eager')
  expectClose(output, expected?.outputs.output as NdArray)
  const found = gradientsOf(layer, inputs, cotangents.output)
  expect([...found.keys()].sort()).toEqual([...(expected?.gradients.keys() ?? [])].sort())
  for (const [name, gradient] of expected?.gradients ?? [])
    expectClose(found.get(name) as tf.Tensor, gradient, { name: `gradient of ${name}` })
})

describe('pooling, which wraps no module', () => {
  test("has PyTorch's values and gradients", () => {
    const { inputs, weights, outputs, cotangents, gradients } = golden.pooling
    const layer = new wrappers.AttentivePooling({ units: sizeOf(weights.weight, 0) })
    const x = { x: inputs.x as tf.Tensor }
    layer.apply([x.x, mask])
    layer.setWeights(['weight', 'bias', 'energy_weight'].map((name) => weights[name] as tf.Tensor))
    expectClose(outputOf(layer, x), outputs.outputs as tf.Tensor)
    const found = gradientsOf(layer, x, cotangents.outputs as tf.Tensor)
    for (const [name, gradient] of Object.entries(gradients))
      expectClose(found.get(name === 'energy_weight' ? 'energyWeight' : name) as tf.Tensor, gradient, {
        name,
      })
  })
})

test('every layer that is exported is in the table', () => {
  const tested = ['AttentivePooling', ...Object.values(table).map(({ exported }) => exported)]
  expect(Object.keys(wrappers).filter((name) => !tested.includes(name))).toEqual([])
})
