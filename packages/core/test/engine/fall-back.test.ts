import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { type OnnxRuntime, useOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { EngineError, UnsupportedOperationError } from '../../src/errors.js'
import { array } from './helpers.js'
import { heardWarnings } from './warnings.js'

/** Its shape depends on values: no graph can hold it. */
const unique = ({ x }: { x: tf.Tensor }) => ({ values: tf.unique(x).values })

const warnings = heardWarnings()
afterEach(() => {
  vi.unstubAllEnvs()
  useOnnxRuntime(null)
})

describe('an operation without a graph form', () => {
  it('runs eagerly, with one warning that names the operation and the line', async () => {
    const fn = compile(unique)
    for (let i = 0; i < 3; i++) {
      const { values } = await fn({ x: array([3, 1, 3, i]) })
      expect([...values.data]).toEqual([...new Set([3, 1, 3, i])])
    }
    expect(fn.stats.engine).toBe('eager')
    expect(await warnings()).toHaveLength(1)
    expect((await warnings())[0]).toMatch(
      /unique .*fall-back\.test\.ts:11:\d+\): expected operations that have a graph form, received Unique\./,
    )
  })

  it('is an error when the engine is forced', async () => {
    await expect(compile(unique, { engine: 'onnxruntime' })({ x: array([1]) })).rejects.toThrow(/Unique/)
  })

  it('is an error, too, when the environment forces the engine', async () => {
    vi.stubEnv('ATTENTIVE_ENGINE', 'onnxruntime')
    await expect(compile(unique)({ x: array([1]) })).rejects.toThrow(UnsupportedOperationError)
    expect(await warnings()).toEqual([])
  })
})

describe('an operation with attributes that have no graph form', () => {
  const image = array([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
  const functions: Record<string, [(x: tf.Tensor) => tf.Tensor, RegExp]> = {
    'channels first': [
      (x) => tf.depthToSpace(tf.reshape(x, [1, 9, 1, 1]) as tf.Tensor4D, 3, 'NCHW'),
      /fall-back\.test\.ts:\d+:\d+\): expected DepthToSpace with dataFormat 'NHWC', received 'NCHW'\./,
    ],
    'an activation': [
      (x) =>
        tf.fused.matMul({
          a: tf.reshape(x, [3, 3]),
          b: tf.reshape(x, [3, 3]),
          activation: 'tanh' as tf.fused.Activation,
        }),
      /fall-back\.test\.ts:\d+:\d+\): expected _FusedMatMul with an activation among linear, relu, .* received tanh\./,
    ],
  }
  it.each(Object.entries(functions))('%s: the message names both, and the line', async (_, [fn, message]) => {
    await expect(
      compile(({ x }: { x: tf.Tensor }) => fn(x), { engine: 'onnxruntime' })({ x: image }),
    ).rejects.toThrow(message)
  })
})

describe('an engine that cannot be', () => {
  const broken = (message: string) =>
    useOnnxRuntime({
      InferenceSession: {
        create: async () => {
          throw new Error(message)
        },
      },
    } as unknown as OnnxRuntime)

  it('a graph that ONNX Runtime refuses runs eagerly, and says why', async () => {
    broken('no kernel for Frobnicate')
    const fn = compile(({ x }: { x: tf.Tensor }) => tf.neg(x))
    expect([...(await fn({ x: array([1]) })).data]).toEqual([-1])
    expect((await warnings())[0]).toContain('no kernel for Frobnicate')
  })

  it('or raises a typed error when forced', async () => {
    broken('no kernel for Frobnicate')
    const fn = compile(({ x }: { x: tf.Tensor }) => tf.neg(x), { engine: 'onnxruntime' })
    await expect(fn({ x: array([1]) })).rejects.toThrow(EngineError)
  })

  it('names the operation and the line of the node that it refuses', async () => {
    const image = new NdArray(Int32Array.of(1, 2, 3, 4), [1, 2, 2, 1]) // ONNX knows no pooling of whole numbers
    const fn = compile(({ x }: { x: tf.Tensor }) => tf.maxPool(x as tf.Tensor4D, 2, 1, 'valid'))
    expect([...(await fn({ x: image })).data]).toEqual([4])
    expect((await warnings())[0]).toMatch(
      /fall-back\.test\.ts:\d+:\d+\)?: expected ONNX Runtime to build and run MaxPool, received .*runs eagerly on cpu/s,
    )
  })

  it('errors of the function itself are passed on', async () => {
    const fn = compile((): tf.Tensor => {
      throw new RangeError('mine')
    })
    await expect(fn({})).rejects.toThrow(new RangeError('mine'))
  })
})
