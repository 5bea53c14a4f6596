/** What running a compiled function again and again, at once, or with bad luck does to what is around it. */
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { Parameter } from '../../src/engine/parameter.js'
import { EngineError } from '../../src/errors.js'
import { array, expectCompiledAsEager, WatchedRuntime } from './helpers.js'
import { trainingBatch, trainingStep } from './training-step.js'

it('a function of one bare tensor is compiled like any other', async () => {
  const fn = compile((x: tf.Tensor) => tf.neg(x), { engine: 'onnxruntime' })
  expect([...(await fn(array([1, -2]))).data]).toEqual([-1, 2])
})

describe.each(['onnxruntime', 'eager'] as const)('results in arrays of the caller, %s', (engine) => {
  const fn = compile(
    ({ x }: { x: tf.Tensor }) => ({ sum: tf.sum(x), parts: [tf.neg(x), tf.cast(tf.greater(x, 0), 'int32')] }),
    { engine, axes: { x: ['B', null] } },
  )
  const x = new NdArray(Float32Array.of(1, -2, 3, -4), [2, 2])
  const zeros = (...shape: number[]) => NdArray.zeros(shape)

  it('are written there, and those without are new', async () => {
    const negative = zeros(2, 2)
    const { sum, parts } = await fn({ x }, { parts: [negative] })
    expect(parts[0]).toBe(negative)
    expect([...negative.data]).toEqual([-1, 2, -3, 4])
    expect([...(parts[1] as NdArray).data]).toEqual([1, 0, 1, 0])
    expect(sum.item()).toBe(-2)
    const again = await fn({ x: new NdArray(Float32Array.of(5, 6), [1, 2]) }, { parts: [zeros(1, 2)] })
    expect([...(again.parts[0] as NdArray).data]).toEqual([-5, -6])
    expect([...negative.data]).toEqual([-1, 2, -3, 4])
  })

  it('may be part of a larger memory', async () => {
    const memory = new Float32Array(6)
    await fn({ x }, { parts: [new NdArray(memory.subarray(1, 5), [2, 2])] })
    expect([...memory]).toEqual([0, -1, 2, -3, 4, 0])
  })

  it('are refused in another shape or type, at a place without a result, or in the memory of an argument', async () => {
    await expect(fn({ x }, { parts: [zeros(2, 3)] })).rejects.toThrow(
      expect.objectContaining({ name: 'ShapeError', argument: 'out.parts.0' }),
    )
    await expect(fn({ x }, { parts: [zeros(2, 2), zeros(2, 2)] })).rejects.toThrow(/out\.parts\.1.*int32/)
    await expect(fn({ x }, { parts: [{ deeper: x } as never] })).rejects.toThrow(/out\.parts\.0\.deeper/)
    await expect(fn({ x }, { parts: [x] })).rejects.toThrow(/out\.parts\.0.*argument x/)
  })
})

describe('a thousand runs', () => {
  it('leave tensors and memory flat', async () => {
    const { step } = trainingStep('onnxruntime')
    const settle = async (runs: number) => {
      for (let i = 0; i < runs; i++) await step({ xs: trainingBatch })
      return { tensors: tf.memory().numTensors, resident: process.memoryUsage.rss() }
    }
    const before = await settle(300)
    const after = await settle(1000)
    expect(after.tensors).toBe(before.tensors)
    expect(after.resident - before.resident).toBeLessThan(24 * 2 ** 20)
    expect(step.stats.compilations).toBe(1)
  })

  it('of shapes that come and go leave memory flat too', async () => {
    const fn = compile(({ x }: { x: tf.Tensor }) => tf.sum(tf.tanh(x)), { cacheSize: 2, threads: 1 })
    const settle = async (runs: number) => {
      for (let i = 0; i < runs; i++) await fn({ x: array(new Array<number>(1 + (i % 7)).fill(1)) })
      return { tensors: tf.memory().numTensors, resident: process.memoryUsage.rss() }
    }
    const before = await settle(60)
    const after = await settle(200)
    expect(fn.stats.compilations).toBe(260)
    expect(after.tensors).toBe(before.tensors)
    expect(after.resident - before.resident).toBeLessThan(48 * 2 ** 20)
  })
})

describe('training, compiled and eager', () => {
  it('goes the same way for twelve steps', async () => {
    const [compiled, eager] = [trainingStep('onnxruntime'), trainingStep('eager')]
    for (let i = 0; i < 12; i++) {
      const [a, b] = [await compiled.step({ xs: trainingBatch }), await eager.step({ xs: trainingBatch })]
      expect(a.loss.item()).toBeCloseTo(b.loss.item(), 5)
    }
    compiled.kernel.data.forEach((value, i) => {
      expect(value).toBeCloseTo(eager.kernel.data[i] as number, 4)
    })
  })
})

describe('a run that fails', () => {
  const runtime = new WatchedRuntime()
  beforeEach(() => runtime.install())
  afterEach(() => {
    runtime.beforeRun = () => {}
    runtime.restore()
  })

  it('leaves parameters untouched, and the next one works', async () => {
    const { step, kernel, optimizer } = trainingStep('onnxruntime')
    await step({ xs: trainingBatch })
    const before = kernel.data.slice()
    runtime.beforeRun = () => {
      throw new Error('out of memory')
    }
    await expect(step({ xs: trainingBatch })).rejects.toThrow(EngineError)
    await expect(step({ xs: trainingBatch })).rejects.toThrow(/out of memory/)
    expect(kernel.data).toEqual(before)
    expect(optimizer.step).toBe(1)
    runtime.beforeRun = () => {}
    await step({ xs: trainingBatch })
    expect(optimizer.step).toBe(2)
  })

  it('keeps its variables', async () => {
    const counter = tf.variable(tf.scalar(0))
    const fn = compile(({ x }: { x: tf.Tensor }) => {
      counter.assign(tf.add(counter, tf.sum(x)) as tf.Scalar)
      return counter
    })
    await fn({ x: array([1]) })
    runtime.beforeRun = () => {
      throw new Error('out of memory')
    }
    await expect(fn({ x: array([1]) })).rejects.toThrow(EngineError)
    expect(counter.dataSync()[0]).toBe(1)
    counter.dispose()
  })

  it('serialises calls that are made at once', async () => {
    const { step, optimizer } = trainingStep('onnxruntime')
    const losses = await Promise.all(Array.from({ length: 6 }, () => step({ xs: trainingBatch })))
    expect(runtime.mostRunning).toBe(1)
    expect(optimizer.step).toBe(6)
    const again = trainingStep('onnxruntime')
    for (const { loss } of losses)
      expect((await again.step({ xs: trainingBatch })).loss.item()).toBe(loss.item())
  })
})

describe('results', () => {
  it('that are not finite pass through', async () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
    const fn = (args: { x: tf.Tensor }) => {
      const { grads } = tf.valueAndGrads((x: tf.Tensor) => tf.sum(tf.square(x)) as tf.Scalar)([args.x])
      return { square: tf.square(args.x), log: tf.log(args.x), gradient: grads[0] }
    }
    const { square, log, gradient } = await compile(fn)({ x: array([nan, infinity, -1, 0]) })
    expect([...square.data]).toEqual([nan, infinity, 1, 0])
    expect([...log.data]).toEqual([nan, infinity, nan, -infinity])
    expect([...(gradient as unknown as typeof square).data]).toEqual([nan, infinity, -2, 0])
  })

  it('belong to the caller: a later run leaves them alone', async () => {
    const fn = compile(({ x }: { x: tf.Tensor }) => tf.mul(x, 2))
    const first = await fn({ x: array([1, 2]) })
    await fn({ x: array([5, 6]) })
    expect([...first.data]).toEqual([2, 4])
  })

  it('may be an argument, a parameter, a constant, or the same tensor twice', async () => {
    const weight = new Parameter([2], Float32Array.of(7, 8))
    await expectCompiledAsEager(
      ({ x }: { x: tf.Tensor }) => {
        const y = tf.neg(x)
        return {
          x,
          weight: weight.read(),
          constant: tf.tensor1d([1, 2]),
          y,
          again: y,
          nested: [{ y }],
          none: {},
        }
      },
      { x: array([1, 2]) },
    )
  })

  it('are plain values where the function returns plain values', async () => {
    const fn = compile(({ x }: { x: tf.Tensor }) => ({ y: tf.neg(x), name: 'negated', count: 3 }))
    expect(await fn({ x: array([1]) })).toMatchObject({ name: 'negated', count: 3 })
  })
})
