/** Which engine is chosen, forced and refused, with and without ONNX Runtime. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chooseEngine, type EngineRequest } from '../../src/engine/choose.js'
import { compile } from '../../src/engine/compile.js'
import { useOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { EngineError, InvalidArgumentError } from '../../src/errors.js'
import { array } from './helpers.js'
import { heardWarnings } from './warnings.js'

const negative = ({ x }: { x: tf.Tensor }) => tf.neg(x)
const valuesOf = async (engine?: EngineRequest) => {
  const fn = compile(negative, { engine })
  const { data } = await fn({ x: array([1, 2]) })
  return { values: [...data], stats: fn.stats }
}

const warnings = heardWarnings()
beforeEach(() => vi.stubEnv('ATTENTIVE_ENGINE', undefined))
afterEach(() => {
  vi.unstubAllEnvs()
  useOnnxRuntime(null)
})

describe('ATTENTIVE_ENGINE', () => {
  it('forces the engine', () => {
    vi.stubEnv('ATTENTIVE_ENGINE', 'eager')
    expect(chooseEngine()).toBe('eager')
    vi.stubEnv('ATTENTIVE_ENGINE', 'onnxruntime')
    expect(chooseEngine()).toBe('onnxruntime')
    vi.stubEnv('ATTENTIVE_ENGINE', 'cpu')
    expect(chooseEngine()).toBe('eager')
  })

  it('yields to an option', () => {
    vi.stubEnv('ATTENTIVE_ENGINE', 'onnxruntime')
    expect(chooseEngine('eager')).toBe('eager')
  })

  it('refuses what it does not know, as the option does', () => {
    vi.stubEnv('ATTENTIVE_ENGINE', 'cuda')
    const known = 'expected one of auto, onnxruntime, eager, tfjs-node, wasm, cpu, received cuda.'
    expect(() => chooseEngine()).toThrow(InvalidArgumentError)
    expect(() => compile(negative)).toThrow(`ATTENTIVE_ENGINE: ${known}`)
    vi.unstubAllEnvs()
    expect(() => compile(negative, { engine: 'cuda' as EngineRequest })).toThrow(`engine: ${known}`)
  })

  it('names the eager engine, too', async () => {
    vi.stubEnv('ATTENTIVE_ENGINE', 'cpu')
    expect((await valuesOf()).stats).toMatchObject({ engine: 'eager', backend: 'cpu' })
  })
})

describe('without ONNX Runtime', () => {
  beforeEach(() => useOnnxRuntime({ runtime: null, reason: 'libonnxruntime.so is broken' }))

  it('functions run eagerly, with one warning for all of them: why, on what, and what to do', async () => {
    for (let i = 0; i < 2; i++) {
      const { values, stats } = await valuesOf()
      expect(values).toEqual([-1, -2])
      expect(stats).toMatchObject({ engine: 'eager', backend: tf.getBackend(), compilations: 0 })
    }
    expect(await warnings()).toEqual([
      expect.stringMatching(
        /onnxruntime-node cannot be used \(libonnxruntime\.so is broken\): .* eagerly on [\w-]+, .*npm install onnxruntime-node@1\.16\.3/,
      ),
    ])
  })

  it('nobody is warned who asked for an eager engine', async () => {
    await valuesOf('eager')
    await valuesOf('cpu')
    expect(await warnings()).toEqual([])
  })

  it('forcing it is an error that names the reason and the remedy', () => {
    expect(() => compile(negative, { engine: 'onnxruntime' })).toThrow(EngineError)
    vi.stubEnv('ATTENTIVE_ENGINE', 'onnxruntime')
    expect(() => compile(negative)).toThrow(
      /onnxruntime-node to load, received libonnxruntime\.so is broken\. Install it with/,
    )
  })
})

it('a runtime that was hidden is found again', async () => {
  useOnnxRuntime({ runtime: null, reason: 'hidden' })
  useOnnxRuntime(null)
  expect((await valuesOf()).stats).toMatchObject({ engine: 'onnxruntime', backend: null, compilations: 1 })
})

it('a second copy of TensorFlow.js, which registers its gradients anew, does no harm', async () => {
  const byBest = ({ x }: { x: tf.Tensor }) =>
    tf.grad((w: tf.Tensor) => tf.sum(tf.gather(w, tf.argMax(w))) as tf.Scalar)(x)
  const mended = tf.getGradient('GatherV2')
  const old = {
    ...mended,
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => ({
      ...mended.gradFunc(dy, saved, { axis: 0, batchDims: 0 } as never),
      indices: () => saved[1] as tf.Tensor,
    }),
  } as tf.GradConfig
  for (const engine of ['eager', 'onnxruntime'] as const) {
    tf.registerGradient(old)
    expect([...(await compile(byBest, { engine })({ x: array([1, 3, 2]) })).data]).toEqual([0, 1, 0])
  }
})
