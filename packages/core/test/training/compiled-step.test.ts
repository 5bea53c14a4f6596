import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { Rng } from '../../src/engine/random.js'
import { NumericalError } from '../../src/errors.js'
import { clipByGlobalNorm, clipByValue, valueAndGradients } from '../../src/training/gradients.js'
import { createOptimizer, type OptimizerConfig } from '../../src/training/optimizers/create-optimizer.js'
import { train } from '../../src/training/trainer.js'
import { TinyModel, tinyRun, weightsOf } from './tiny-run.js'

function make(engine: 'eager' | 'onnxruntime', config: OptimizerConfig) {
  const model = new TinyModel()
  const optimizer = createOptimizer(config, model)
  const dropout = new Rng(3)
  const step = compile(
    ({ x, y }: { x: tf.Tensor; y: tf.Tensor }) => {
      const { loss, gradients } = valueAndGradients(model, () => model.loss(x, y, dropout))
      optimizer.apply(clipByGlobalNorm(clipByValue(gradients, 0.8), 1))
      return { loss }
    },
    { engine },
  )
  return { model, optimizer, step }
}

const batch = (rows: number, seed: number) => {
  const rng = new Rng(seed)
  const normal = (size: number) => Float32Array.from({ length: size }, () => rng.nextNormal())
  return { x: new NdArray(normal(rows * 4), [rows, 4]), y: new NdArray(normal(rows * 3), [rows, 3]) }
}

function expectClose(a: number[], b: number[]): void {
  expect(a).toHaveLength(b.length)
  a.forEach((value, i) => {
    expect(Math.abs(value - (b[i] as number))).toBeLessThan(2e-6)
  })
}

describe('a compiled training step', () => {
  for (const config of [
    { type: 'sgd', learningRate: 0.1 },
    { type: 'momentum', learningRate: 0.05, nesterov: true },
    { type: 'adam', learningRate: 0.02 },
    { type: 'adamW', learningRate: 0.02 },
  ] as const)
    it(`trains by ${config.type} as the eager one: dropout, clipping, changing batch sizes and rates`, async () => {
      const compiled = make('onnxruntime', config)
      const eager = make('eager', config)
      for (let i = 0; i < 9; i++) {
        const data = batch(i % 3 === 2 ? 2 : 5, i)
        const rate = 0.03 / (1 + i)
        compiled.optimizer.learningRate = eager.optimizer.learningRate = rate
        const [a, b] = [await compiled.step(data), await eager.step(data)]
        expect(Math.abs(a.loss.item() - b.loss.item())).toBeLessThan(1e-5)
        expect(compiled.optimizer.lastGradientNorm).toBeCloseTo(eager.optimizer.lastGradientNorm, 4)
      }
      expect(compiled.step.stats.engine).toBe('onnxruntime')
      expect(compiled.optimizer.step).toBe(9)
      for (const name of ['weight', 'bias', 'frozen'])
        expectClose(weightsOf(compiled.model)[name] as number[], weightsOf(eager.model)[name] as number[])
      const [a, b] = [compiled.optimizer.state().tensors, eager.optimizer.state().tensors]
      for (const name of Object.keys(b))
        expectClose([...(a[name] as NdArray).data], [...(b[name] as NdArray).data])
    })

  it('rejects a NaN gradient, keeps the weights, and goes on with the next batch', async () => {
    const { model, optimizer, step } = make('onnxruntime', { type: 'adam' })
    await step(batch(5, 1))
    const before = weightsOf(model)
    const broken = batch(5, 2)
    broken.y.data[4] = Number.NaN
    await expect(step(broken)).rejects.toThrow(NumericalError)
    expect(weightsOf(model)).toEqual(before)
    await step(batch(5, 3))
    expect(weightsOf(model)).not.toEqual(before)
    expect(optimizer.step).toBe(2)
  })

  for (const engine of ['onnxruntime', 'eager'] as const)
    it(`leaves tensors and memory flat over 1,000 steps (${engine})`, async () => {
      const { step } = make(engine, { type: 'adam' })
      const run = async (steps: number) => {
        for (let i = 0; i < steps; i++) await step(batch(5, i))
      }
      await run(200)
      const before = { tensors: tf.memory().numTensors, bytes: process.memoryUsage().rss }
      await run(1000)
      expect(tf.memory().numTensors).toBe(before.tensors)
      expect((process.memoryUsage().rss - before.bytes) / 2 ** 20).toBeLessThan(60)
    })

  it('runs in the trainer, which reports the compile time', async () => {
    const { options } = tinyRun({ epochs: 1, average: undefined })
    const { model, optimizer, step } = make('onnxruntime', { type: 'adam', learningRate: 0.05 })
    const compileSeconds: number[] = []
    const result = await train({
      ...options,
      model,
      optimizer,
      validation: undefined,
      earlyStopping: undefined,
      step: ({ x, y }) => step({ x: new NdArray(x, [2, 4]), y: new NdArray(y, [2, 3]) }),
      compileMs: () => step.stats.compileMs,
      onProgress: (progress) => compileSeconds.push(progress.compileSeconds),
    })
    expect(result.steps).toBe(7)
    expect(step.stats.compilations).toBe(1)
    expect(compileSeconds.at(-1)).toBeGreaterThan(0)
    expect(tf.memory().numTensors).toBeLessThan(50)
  })
})
