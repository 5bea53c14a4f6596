/** `dataParallel`: the rows of a batch divided among threads, and put together as if they had never been. */
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CompileOptions, compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { Parameter } from '../../src/engine/parameter.js'
import { Rng } from '../../src/engine/random.js'
import { Replica } from '../../src/engine/runtime/data-parallel/replica.js'
import { findOnnxRuntime, useOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { InvalidArgumentError } from '../../src/errors.js'
import { Lstm } from '../../src/layers/index.js'
import { Adam, clipByGlobalNorm, valueAndGradients } from '../../src/training/index.js'
import { axes, type Batch, batchOf, byMask, D, gradientsBy, H, lossOf, T } from './divided-lstm.js'
import { expectSameTree } from './helpers.js'
import { heardWarnings } from './warnings.js'

const runtime = findOnnxRuntime()
const warnings = heardWarnings()

describe.skipIf(runtime.runtime === null)('dataParallel', () => {
  it.each([
    [32, 2],
    [70, 2],
    [61, 3],
  ])('gives the loss, the gradients and the rows of %i rows on %i threads', async (rows, threads) => {
    const [divided, whole] = [
      gradientsBy({ axes, threads, dataParallel: byMask }),
      gradientsBy({ axes, threads: 1 }),
    ]
    for (const size of [rows, rows, 20, rows + 3]) {
      const batch = batchOf(size)
      expectSameTree(await divided(batch), await whole(batch))
    }
    expect(await warnings()).toEqual([])
    await Promise.all([divided.dispose(), whole.dispose()])
  })

  it('adds up what is a sum, and writes to given arrays', async () => {
    const layer = new Lstm({ inputSize: D, hiddenSize: H, rng: new Rng(1) })
    const step = (options: CompileOptions) =>
      compile(
        ({ x }: { x: tf.Tensor }) => {
          const squares = tf.square(layer.forward(x).outputs)
          return { sum: tf.sum(squares), outputs: squares }
        },
        { axes: { x: axes.x }, ...options },
      )
    const { x } = batchOf(64)
    const whole = step({ threads: 1 })
    const divided = step({ threads: 2, dataParallel: { axis: 'B', reduce: 'sum' } })
    const out = { sum: NdArray.zeros([]), outputs: NdArray.zeros([64, T, H]) }
    const [expected, actual] = [await whole({ x }), await divided({ x }, out)]
    expectSameTree(actual, expected)
    expect(actual.outputs.data).toBe(out.outputs.data)
    await Promise.all([divided.dispose(), whole.dispose()])
  })

  it('gives every row its random numbers, also where they lie along a product of sizes', async () => {
    const noisy = (options: CompileOptions) => {
      const rng = new Rng(1)
      return compile(
        ({ x }: { x: tf.Tensor }) => {
          const product = tf.matMul(tf.reshape(x, [-1, D]), tf.ones([D, 500]))
          const noise = rng.normal([product.shape[0] as number, 1])
          return { rows: tf.reshape(tf.mul(product, noise), [-1, T, 500]) }
        },
        { axes: { x: axes.x }, ...options },
      )
    }
    const { x } = batchOf(70)
    const [divided, whole] = [noisy({ threads: 2, dataParallel: { axis: 'B' } }), noisy({ threads: 1 })]
    expectSameTree(await divided({ x }), await whole({ x }))
    expect(await warnings()).toEqual([])
    await Promise.all([divided.dispose(), whole.dispose()])
  })

  it('weights rows that do not lie one behind the other', async () => {
    const layer = new Lstm({ inputSize: D, hiddenSize: H, rng: new Rng(1) })
    const step = (options: CompileOptions) =>
      compile(
        ({ x, mask }: Batch) => {
          const kept = tf.transpose(mask)
          const { loss, gradients } = valueAndGradients(layer, () => {
            const errors = tf.sum(tf.square(layer.forward(x).outputs), 2)
            return tf.div(tf.sum(tf.mul(errors, kept)), tf.sum(kept)) as tf.Tensor
          })
          return { loss, gradients: gradients.entries.map(({ tensor }) => tensor) }
        },
        { axes: { x: axes.x, mask: [null, 'B'] }, ...options },
      )
    const { x, mask } = batchOf(48)
    const turned = Float32Array.from(
      { length: mask.size },
      (_, i) => mask.data[(i % 48) * T + Math.floor(i / 48)] ?? 0,
    )
    const batch = { x, mask: new NdArray(turned, [T, 48]) }
    const [divided, whole] = [step({ threads: 3, dataParallel: byMask }), step({ threads: 1 })]
    expectSameTree(await divided(batch), await whole(batch))
    await Promise.all([divided.dispose(), whole.dispose()])
  })

  it('trains to the same weights at every run, and to nearly those of one thread', async () => {
    const train = async (options: CompileOptions) => {
      const layer = new Lstm({ inputSize: D, hiddenSize: H, rng: new Rng(3) })
      const optimizer = new Adam(layer, { learningRate: 1e-3 })
      const rng = new Rng(4)
      const step = compile(
        (batch: Batch) => {
          const { loss, gradients } = valueAndGradients(layer, () => lossOf(layer, batch, rng).loss)
          optimizer.apply(clipByGlobalNorm(gradients, 1))
          return { loss }
        },
        { axes, ...options },
      )
      // A small batch comes first in one run and last in another after a resumption.
      for (const rows of [5, 48, 48, 5, 48]) await step(batchOf(rows))
      await step.dispose()
      return layer.parameters().map(({ data }) => data.slice())
    }
    const divided = await train({ threads: 2, dataParallel: byMask })
    expect(await train({ threads: 2, dataParallel: byMask })).toEqual(divided)
    for (const [i, weights] of (await train({ threads: 1 })).entries())
      for (const [k, weight] of weights.entries()) expect(divided[i]?.[k]).toBeCloseTo(weight, 4)
  })

  it('names what is wrong with the rows of another thread, and goes on', async () => {
    const table = new Lstm({ inputSize: D, hiddenSize: H, rng: new Rng(1) })
    const looked = compile(
      ({ x, place }: { x: tf.Tensor; place: tf.Tensor }) => {
        const { outputs } = table.forward(x)
        // Ids that are computed are known to be wrong only when they are looked up.
        const ids = tf.cast(tf.round(tf.mul(place, 1)), 'int32')
        return { rows: tf.add(tf.gather(tf.tensor1d([1, 2, 3]), ids), tf.mean(outputs, [1, 2])) }
      },
      { axes: { x: axes.x, place: ['B'] }, threads: 2, dataParallel: { axis: 'B' } },
    )
    const { x } = batchOf(64)
    const places = (last: number) =>
      new NdArray(
        Float32Array.from({ length: 64 }, (_, i) => (i === 63 ? last : i % 3)),
        [64],
      )
    const right = await looked({ x, place: places(0) })
    await expect(looked({ x, place: places(7) })).rejects.toThrow(InvalidArgumentError)
    expect((await looked({ x, place: places(0) })).rows).toEqual(right.rows)
    await looked.dispose()
  })

  it('starts threads for work that is worth it, and more of it than of weights', async () => {
    const start = vi.spyOn(Replica, 'start')
    const divided = gradientsBy({ axes, threads: 3, dataParallel: byMask })
    const started = async (rows: number) => {
      start.mockClear()
      await divided(batchOf(rows))
      return start.mock.calls.length
    }
    // Parts fill panels of 16 rows.
    expect([await started(4), await started(16), await started(20), await started(48)]).toEqual([0, 0, 1, 1])
    await divided.dispose()

    const kernel = new Parameter([D, 4000])
    const wide = compile(
      ({ x }: { x: tf.Tensor }) => ({
        y: tf.sum(tf.matMul(tf.reshape(x, [-1, D]), kernel.read() as tf.Tensor2D)),
      }),
      { axes: { x: axes.x }, threads: 2, dataParallel: { axis: 'B', reduce: 'sum' } },
    )
    start.mockClear()
    await wide({ x: batchOf(20).x })
    expect(start).not.toHaveBeenCalled()
    await wide({ x: batchOf(128).x })
    expect(start).toHaveBeenCalledOnce()
    await wide.dispose()

    const layer = new Lstm({ inputSize: D, hiddenSize: H, rng: new Rng(1) })
    const inUse = compile(({ x }: { x: tf.Tensor }) => ({ y: layer.forward(x).outputs }), {
      axes: { x: axes.x },
      freeze: true, // where no gradient is taken, an LSTM is one operator
      threads: 2,
      dataParallel: { axis: 'B' },
    })
    start.mockClear()
    await inUse({ x: batchOf(20).x })
    expect(start).not.toHaveBeenCalled()
    await inUse({ x: batchOf(40).x })
    expect(start).toHaveBeenCalledOnce()
    await inUse.dispose()
    start.mockRestore()
  })
})

describe.skipIf(runtime.runtime === null)('a batch that cannot be divided', () => {
  const { TMPDIR } = process.env
  afterEach(() => {
    useOnnxRuntime(null)
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })

  const wide = (batch: Batch) => tf.mean(tf.matMul(tf.reshape(batch.x, [-1, D]), tf.ones([D, 2000])))

  it('is refused when no argument has its rows, or its weights', async () => {
    const x = batchOf(64)
    await expect(compile(wide, { axes, dataParallel: { axis: 'N' } })(x)).rejects.toThrow(/dataParallel.axis/)
    await expect(compile(wide, { axes, dataParallel: { axis: 'B', weights: 'count' } })(x)).rejects.toThrow(
      /dataParallel.weights/,
    )
    await expect(compile(wide, { axes, dataParallel: { axis: 'B', stable: ['y'] } })(x)).rejects.toThrow(
      /dataParallel.stable/,
    )
  })

  it('is computed as a whole, with a warning, when a result has no axis for the rows alone', async () => {
    const flat = (options: CompileOptions) =>
      compile(({ x }: Batch) => tf.matMul(tf.reshape(x, [-1, D]), tf.ones([D, 500])), { axes, ...options })
    const batch = batchOf(64)
    const divided = await flat({ threads: 2, dataParallel: { axis: 'B' } })(batch)
    expectSameTree(divided, await flat({ threads: 2 })(batch))
    expect(await warnings()).toEqual([expect.stringContaining('a result has no axis that counts B alone')])
  })

  it('is computed as a whole where the runtime cannot be loaded twice', async () => {
    if (runtime.runtime === null) return
    const expected = await gradientsBy({ axes, threads: 2 })(batchOf(48))
    useOnnxRuntime(runtime.runtime)
    const divided = gradientsBy({ axes, threads: 2, dataParallel: byMask })
    expectSameTree(await divided(batchOf(48)), expected)
    expect(await warnings()).toEqual([expect.stringContaining('was not loaded from a file')])
  })

  it.skipIf(process.platform === 'win32')('is computed as a whole where no copy can be made', async () => {
    process.env.TMPDIR = '/dev/null/nowhere'
    const divided = gradientsBy({ axes, threads: 2, dataParallel: byMask })
    expect((await divided(batchOf(48))).loss.item()).toBeGreaterThan(0)
    expect(await warnings()).toEqual([expect.stringContaining('cannot be divided among threads')])
  })
})
