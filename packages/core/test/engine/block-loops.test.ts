/** Loops that go block by block give what loops that go step by step give. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { Rng } from '../../src/engine/random.js'
import { findOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { Gru, Lstm, type Module } from '../../src/layers/index.js'
import { valueAndGradients } from '../../src/training/index.js'
import { expectSameTree } from './helpers.js'

const [B, D, H] = [3, 4, 5]
type Batch = { x: tf.Tensor; mask: tf.Tensor }
type Layer = Module & Pick<Lstm, 'forward'>

function batchOf(length: number) {
  const rng = new Rng(length)
  const x = Float32Array.from({ length: B * length * D }, () => rng.nextNormal())
  const mask = Float32Array.from({ length: B * length }, (_, i) =>
    i % length < length - Math.floor(i / length) ? 1 : 0,
  )
  return { x: new NdArray(x, [B, length, D]), mask: new NdArray(mask, [B, length]) }
}

/** Outputs, and gradients of weights and inputs: what the loop adds up, and what it returns stacked. */
function programOf(layer: Layer, usesMask: boolean) {
  return ({ x, mask }: Batch) => {
    const forward = (x: tf.Tensor) => layer.forward(x, usesMask ? { mask } : {}).outputs
    const { loss, gradients } = valueAndGradients(layer, () => tf.mean(tf.square(forward(x))) as tf.Scalar)
    const towardsInputs = tf.grad((x) => tf.sum(tf.sin(forward(x))))(x)
    return { loss, towardsInputs, gradients: gradients.entries.map(({ tensor }) => tensor) }
  }
}

const options = { inputSize: D, hiddenSize: H, numLayers: 2, bidirectional: true }
const layers: Record<string, () => Layer> = {
  LSTM: () => new Lstm({ ...options, rng: new Rng(1) }),
  GRU: () => new Gru({ ...options, rng: new Rng(1) }) as unknown as Layer,
}

describe.skipIf(findOnnxRuntime().runtime === null)('a recurrent network in blocks', () => {
  it.each(
    Object.keys(layers).flatMap((name) =>
      [true, false].flatMap((usesMask) => [4, 12, 34].map((length) => [name, length, usesMask] as const)),
    ),
  )('%s over %i steps, with a mask: %s', async (name, length, usesMask) => {
    const layer = (layers[name] as () => Layer)()
    const program = programOf(layer, usesMask)
    const axes = { x: ['B', null, null], mask: ['B', null] } as const
    const [blocks, steps] = [compile(program, { threads: 1, axes }), compile(program, { threads: 2, axes })]
    const batch = batchOf(length)
    const expected = await steps(batch)
    for (let run = 0; run < 2; run++) expectSameTree(await blocks(batch), expected)
    expect(blocks.stats.engine).toBe('onnxruntime')
    await Promise.all([blocks.dispose(), steps.dispose()])
  })
})
