import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chooseEngine } from '../../src/engine/choose.js'
import { compile } from '../../src/engine/compile.js'
import { type OnnxRuntime, useOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { EngineError, InvalidArgumentError } from '../../src/errors.js'
import { array } from './helpers.js'

/** Its shape depends on values: no graph can hold it. */
const unique = ({ x }: { x: tf.Tensor }) => ({ values: tf.unique(x).values })

const warnings: Error[] = []
const note = (warning: Error) => {
  if (warning.name === 'AttentiveWarning') warnings.push(warning)
}
const emitted = () => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => {
  warnings.length = 0
  process.on('warning', note)
})
afterEach(() => {
  process.off('warning', note)
  useOnnxRuntime(null)
})

describe('an operation without a graph form', () => {
  it('runs eagerly, with one warning that names the operation and the line', async () => {
    const fn = compile(unique)
    for (let i = 0; i < 3; i++) {
      const { values } = await fn({ x: array([3, 1, 3, i]) })
      expect([...values.data]).toEqual([...new Set([3, 1, 3, i])])
    }
    await emitted()
    expect(fn.stats.engine).toBe('eager')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.message).toMatch(
      /unique .*fall-back\.test\.ts:10:\d+\): expected operations that have a graph form, received Unique\./,
    )
  })

  it('is an error when the engine is forced', async () => {
    await expect(compile(unique, { engine: 'onnxruntime' })({ x: array([1]) })).rejects.toThrow(/Unique/)
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
    await emitted()
    expect(warnings[0]?.message).toContain('no kernel for Frobnicate')
  })

  it('or raises a typed error when forced', async () => {
    broken('no kernel for Frobnicate')
    const fn = compile(({ x }: { x: tf.Tensor }) => tf.neg(x), { engine: 'onnxruntime' })
    await expect(fn({ x: array([1]) })).rejects.toThrow(EngineError)
  })

  it('errors of the function itself are passed on', async () => {
    const fn = compile((): tf.Tensor => {
      throw new RangeError('mine')
    })
    await expect(fn({})).rejects.toThrow(new RangeError('mine'))
  })
})

describe('ATTENTIVE_ENGINE', () => {
  const before = process.env.ATTENTIVE_ENGINE
  afterEach(() => {
    if (before === undefined) delete process.env.ATTENTIVE_ENGINE
    else process.env.ATTENTIVE_ENGINE = before
  })

  it('forces the engine', () => {
    process.env.ATTENTIVE_ENGINE = 'eager'
    expect(chooseEngine()).toBe('eager')
    process.env.ATTENTIVE_ENGINE = 'onnxruntime'
    expect(chooseEngine()).toBe('onnxruntime')
  })

  it('yields to an option', () => {
    process.env.ATTENTIVE_ENGINE = 'onnxruntime'
    expect(chooseEngine('eager')).toBe('eager')
  })

  it('refuses what it does not know', () => {
    process.env.ATTENTIVE_ENGINE = 'cuda'
    expect(() => chooseEngine()).toThrow(InvalidArgumentError)
    expect(() => chooseEngine()).toThrow(/ATTENTIVE_ENGINE: expected one of auto, onnxruntime, eager/)
  })
})
