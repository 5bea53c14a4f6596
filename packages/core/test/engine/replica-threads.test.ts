/** The threads that parts of batches are computed in, and what they keep. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { findOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { axes, batchOf, byMask, D, gradientsBy, T, threadsNow } from './divided-lstm.js'

describe.skipIf(findOnnxRuntime().runtime === null)('a divided function', () => {
  it('ends its threads when it is disposed of, and starts them again when it is called', async () => {
    const before = threadsNow()
    const divided = gradientsBy({ axes, threads: 2, dataParallel: byMask })
    const first = await divided(batchOf(48))
    if (process.platform === 'linux') expect(threadsNow()).toBeGreaterThan(before)
    await divided.dispose()
    await expect.poll(threadsNow).toBeLessThanOrEqual(before)
    expect((await divided(batchOf(48))).rows.shape).toEqual(first.rows.shape)
    await divided.dispose()
  })

  it('shares its threads with other graphs, which wait for each other', async () => {
    const before = threadsNow()
    const options = { axes, threads: 3, dataParallel: byMask }
    const [one, other] = [gradientsBy(options), gradientsBy(options)]
    const batches = [batchOf(48), batchOf(70)] as const
    await one(batches[0])
    const withOne = threadsNow()
    const expected = [await other(batches[0]), await other(batches[1])]
    expect(threadsNow()).toBe(withOne)
    const again = gradientsBy(options)
    const results = await Promise.all([
      again(batches[0]),
      one(batches[1]),
      again(batches[1]),
      one(batches[0]),
    ])
    expect(threadsNow()).toBe(withOne)
    expect([results[0]?.loss, results[2]?.loss]).toEqual(expected.map(({ loss }) => loss))
    await Promise.all([one.dispose(), again.dispose()])
    // A session that is left does not lose its threads.
    expect((await other(batches[0])).rows.shape).toEqual([48])
    await other.dispose()
    if (process.platform === 'linux') await expect.poll(threadsNow).toBeLessThanOrEqual(before)
  })

  it.runIf(process.platform === 'linux').each([true, false])(
    'has threads that share the operators of a small batch where it may: %s',
    async (shareOperators) => {
      const before = threadsNow()
      const dataParallel = { ...byMask, shareOperators }
      const divided = gradientsBy({ axes, threads: 3, dataParallel })
      for (const rows of [4, 16]) await divided(batchOf(rows))
      expect(threadsNow() > before).toBe(shareOperators)
      await divided.dispose()
    },
  )

  it('does not send again what is stable, and sees another array', async () => {
    const made = compile(
      ({ x, scale }: { x: tf.Tensor; scale: tf.Tensor }) =>
        tf.mul(
          tf.sum(tf.reshape(tf.matMul(tf.reshape(x, [-1, D]), tf.ones([D, 700])), [-1, T, 700]), [1, 2]),
          scale,
        ),
      {
        axes: { x: axes.x, scale: ['B'] },
        threads: 2,
        freeze: true,
        dataParallel: { axis: 'B', stable: ['x'] },
      },
    )
    const { x } = batchOf(64)
    const scale = (n: number) => new NdArray(new Float32Array(64).fill(n), [64])
    const first = (await made({ x, scale: scale(1) })).data.slice()
    const times = async (x: NdArray, n: number) => (await made({ x, scale: scale(n) })).data[63] as number
    expect(await times(x, 2)).toBeCloseTo(2 * (first[63] as number), 2)
    x.data.fill(0)
    // The last row is another thread's, which has not heard of the change.
    expect(await times(x, 3)).toBeCloseTo(3 * (first[63] as number), 2)
    expect(await times(new NdArray(x.data.subarray(), x.shape), 3)).toBe(0)
    expect(await times(batchOf(64).x, 1)).toBeCloseTo(first[63] as number, 2)
    const fewer = batchOf(64).x
    const half = new NdArray(fewer.data.subarray(0, 32 * T * D), [32, T, D])
    const short = await made({ x: half, scale: new NdArray(new Float32Array(32).fill(1), [32]) })
    expect(short.data[31]).toBeCloseTo(first[31] as number, 2)
    await made.dispose()
  })
})
