import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile, NdArray, scan } from '../../src/index.js'

const array = (values: number[], shape: number[]) => new NdArray(Float32Array.from(values), shape)

describe('compile', () => {
  it('computes what the function computes', async () => {
    const square = compile(({ x }: { x: tf.Tensor }) => ({ y: tf.square(x) }), { engine: 'onnxruntime' })
    const { y } = await square({ x: array([1, 2, 3], [3]) })
    expect([...y.data]).toEqual([1, 4, 9])
  })
  it('differentiates scan', async () => {
    const f = ({ h, xs, w }: { h: tf.Tensor; xs: tf.Tensor; w: tf.Tensor }) => {
      const loss = (h0: tf.Tensor, x0: tf.Tensor, w0: tf.Tensor) => {
        const r = scan(
          (c: tf.Tensor, x: tf.Tensor, k: tf.Tensor) => {
            const next = tf.tanh(tf.add(tf.matMul(c as tf.Tensor2D, k as tf.Tensor2D), x))
            return { carry: next, output: tf.square(next) }
          },
          h0,
          x0,
          w0,
        )
        return tf.add(tf.sum(r.outputs), tf.sum(r.carry)) as tf.Scalar
      }
      const { value, grads } = tf.valueAndGrads(loss)([h, xs, w])
      return { value, h: grads[0], xs: grads[1], w: grads[2] }
    }
    const random = (shape: number[], k: number) =>
      array(
        Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * k + 1)),
        shape,
      )
    const args = { h: random([2, 3], 1.3), xs: random([4, 2, 3], 0.7), w: random([3, 3], 2.1) }
    const compiled = compile(f, { engine: 'onnxruntime' })
    const eager = compile(f, { engine: 'eager' })
    for (let i = 0; i < 3; i++) {
      const a = await compiled(args)
      const b = await eager(args)
      for (const key of ['value', 'h', 'xs', 'w'] as const) {
        expect(a[key]?.shape).toEqual(b[key]?.shape)
        a[key]?.data.forEach((v, j) => {
          expect(v).toBeCloseTo(b[key]?.data[j] as number, 5)
        })
      }
    }
    expect(compiled.stats.engine).toBe('onnxruntime')
  })
})

describe('open sizes', () => {
  it('serves every size with one graph', async () => {
    const f = ({ x, mask, w }: { x: tf.Tensor; mask: tf.Tensor; w: tf.Tensor }) => {
      const [B, T, D] = x.shape as [number, number, number]
      const flat = tf.reshape(tf.matMul(tf.reshape(x, [B * T, D]), w as tf.Tensor2D), [B, T, 5])
      const { carry, outputs } = scan(
        (c: tf.Tensor, s: { y: tf.Tensor; m: tf.Tensor }) => {
          const next = tf.add(tf.mul(c, 0.5), tf.mul(s.y, tf.expandDims(s.m, 1)))
          return { carry: next, output: next }
        },
        tf.zeros([B, 5]) as tf.Tensor,
        { y: tf.transpose(flat, [1, 0, 2]) as tf.Tensor, m: tf.transpose(mask) },
        {},
      )
      return {
        carry,
        outputs: tf.transpose(outputs, [1, 0, 2]),
        tail: tf.tile(tf.expandDims(carry, 1), [1, T, 1]),
      }
    }
    const axes = { x: ['B', 'T', null], mask: ['B', 'T'] }
    const compiled = compile(f, { engine: 'onnxruntime', axes })
    const eager = compile(f, { engine: 'eager' })
    for (const [B, T] of [
      [2, 3],
      [5, 1],
      [1, 7],
    ] as const) {
      const args = {
        x: array(
          Array.from({ length: B * T * 4 }, (_, i) => Math.sin(i)),
          [B, T, 4],
        ),
        mask: array(
          Array.from({ length: B * T }, (_, i) => i % 2),
          [B, T],
        ),
        w: array(
          Array.from({ length: 20 }, (_, i) => Math.cos(i)),
          [4, 5],
        ),
      }
      const [a, b] = [await compiled(args), await eager(args)]
      for (const key of ['carry', 'outputs', 'tail'] as const) {
        expect(a[key].shape).toEqual(b[key].shape)
        a[key].data.forEach((v, j) => {
          expect(v).toBeCloseTo(b[key].data[j] as number, 5)
        })
      }
    }
    expect(compiled.stats.compilations).toBe(1)
  })
  it('refuses a size that is no product', async () => {
    const f = compile(({ x }: { x: tf.Tensor }) => tf.mul(x, (x.shape[0] as number) + 1), {
      engine: 'onnxruntime',
      axes: { x: ['B'] },
    })
    await expect(f({ x: array([1, 2], [2]) })).rejects.toThrow(/open sizes occur only as products/)
  })
})
