/** The newest onnxruntime-node, which an application may bring, beside the one that this package brings. */
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findOnnxRuntime, type OnnxRuntime, useOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { expectCompiledAsEager } from './helpers.js'
import { describeKernels } from './kernel-cases/compare.js'
import { allCases } from './kernel-cases/index.js'
import { scanArguments, scanPrograms, withGradients } from './scan-programs.js'
import { trainingBatch, trainingStep } from './training-step.js'

interface Newest {
  runtime: OnnxRuntime | null
  version: string
}

function load(): Newest {
  const require = createRequire(import.meta.url)
  const { version } = require('onnxruntime-node-latest/package.json') as { version: string }
  try {
    return { runtime: require('onnxruntime-node-latest') as OnnxRuntime, version }
  } catch {
    return { runtime: null, version }
  }
}

const newest = load()
const title = newest.runtime ? `on onnxruntime-node ${newest.version}` : '(skipped: it does not load here)'

describe.skipIf(!newest.runtime)(`compiled functions ${title}`, () => {
  beforeAll(() => useOnnxRuntime(newest.runtime, newest.version))
  afterAll(() => useOnnxRuntime(null))

  it('run there', () => {
    expect(findOnnxRuntime()).toEqual({ runtime: newest.runtime, version: newest.version })
  })

  it('train as eager ones do', async () => {
    const [compiled, eager] = [trainingStep('onnxruntime'), trainingStep('eager')]
    for (let i = 0; i < 12; i++) {
      const [a, b] = [await compiled.step({ xs: trainingBatch }), await eager.step({ xs: trainingBatch })]
      expect(a.loss.item()).toBeCloseTo(b.loss.item(), 5)
    }
    expect(compiled.step.stats.engine).toBe('onnxruntime')
  })

  for (const [name, program] of Object.entries(scanPrograms))
    it(`scan: ${name}`, async () => {
      await expectCompiledAsEager(program, scanArguments)
      await expectCompiledAsEager(withGradients(program), scanArguments)
    })

  describeKernels('all families', allCases, 2)
})
