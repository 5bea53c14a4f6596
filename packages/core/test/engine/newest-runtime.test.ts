/** The newest onnxruntime-node, which an application may bring, beside the one that this package brings. */
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CompileOptions, compile } from '../../src/engine/compile.js'
import { Rng } from '../../src/engine/random.js'
import { Replica } from '../../src/engine/runtime/data-parallel/replica.js'
import { findOnnxRuntime, type OnnxRuntime, useOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { expectCompiledAsEager, expectSameTree, normal } from './helpers.js'
import { describeKernels } from './kernel-cases/compare.js'
import { allCases } from './kernel-cases/index.js'
import { scanArguments, scanPrograms, withGradients } from './scan-programs.js'
import { trainingBatch, trainingStep } from './training-step.js'

interface Newest {
  runtime: OnnxRuntime | null
  version: string
  path: string
}

function load(): Newest {
  const require = createRequire(import.meta.url)
  const { version } = require('onnxruntime-node-latest/package.json') as { version: string }
  try {
    const runtime = require('onnxruntime-node-latest') as OnnxRuntime
    return { runtime, version, path: require.resolve('onnxruntime-node-latest') }
  } catch {
    return { runtime: null, version, path: '' }
  }
}

const newest = load()
const title = newest.runtime ? `on onnxruntime-node ${newest.version}` : '(skipped: it does not load here)'

describe.skipIf(!newest.runtime)(`compiled functions ${title}`, () => {
  beforeAll(() => useOnnxRuntime(newest.runtime, newest.version, newest.path))
  afterAll(() => useOnnxRuntime(null))

  it('run there', () => {
    expect(findOnnxRuntime()).toEqual(newest)
  })

  it('train as eager ones do', async () => {
    const [compiled, eager] = [trainingStep('onnxruntime'), trainingStep('eager')]
    for (let i = 0; i < 12; i++) {
      const [a, b] = [await compiled.step({ xs: trainingBatch }), await eager.step({ xs: trainingBatch })]
      expect(a.loss.item()).toBeCloseTo(b.loss.item(), 5)
    }
    expect(compiled.step.stats.engine).toBe('onnxruntime')
  })

  it('divide batches among threads', async () => {
    const start = vi.spyOn(Replica, 'start')
    const product = (options: CompileOptions) =>
      compile(({ x, w }: Record<'x' | 'w', tf.Tensor2D>) => ({ rows: tf.matMul(tf.tanh(x), w) }), {
        axes: { x: ['B', null] },
        ...options,
      })
    const rng = new Rng(1)
    const inputs = { x: normal(rng, 6000, 64), w: normal(rng, 64, 200) }
    const divided = product({ threads: 2, dataParallel: { axis: 'B' } })
    expectSameTree(await divided(inputs), await product({ threads: 1 })(inputs))
    expect(start).toHaveBeenCalledOnce()
    await divided.dispose()
  })

  for (const [name, program] of Object.entries(scanPrograms))
    it(`scan: ${name}`, async () => {
      await expectCompiledAsEager(program, scanArguments)
      await expectCompiledAsEager(withGradients(program), scanArguments)
    })

  describeKernels('all families', allCases, 2)
})
