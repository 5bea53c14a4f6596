/** `axes`: one graph for every size. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type Compiled, compile } from '../../src/engine/compile.js'
import { Rng } from '../../src/engine/random.js'
import { scan } from '../../src/engine/scan.js'
import { InvalidArgumentError, ShapeError, TraceError } from '../../src/errors.js'
import { array, expectSameTree, normal } from './helpers.js'

const rng = new Rng(21)
const D = 4
const w = normal(rng, D, 5)

type Args = Record<'x' | 'mask' | 'w', tf.Tensor>

function encode({ x, mask, w: kernel }: Args) {
  const [B, T] = x.shape as [number, number, number]
  const flat = tf.reshape(tf.matMul(tf.reshape(x, [B * T, D]), kernel as tf.Tensor2D), [B, T, 5])
  return scan(
    (state: tf.Tensor, step: { y: tf.Tensor; m: tf.Tensor }) => {
      const next = tf.add(tf.mul(state, 0.5), tf.mul(tf.tanh(step.y), tf.expandDims(step.m, 1)))
      return { carry: next, output: next }
    },
    tf.zeros([B, 5]) as tf.Tensor,
    { y: tf.transpose(flat, [1, 0, 2]) as tf.Tensor, m: tf.transpose(mask) as tf.Tensor },
    {},
  )
}

const functions: Record<string, (args: Args) => unknown> = {
  'a scan over batches of any length': (args) => {
    const { carry, outputs } = encode(args)
    const T = args.x.shape[1] as number
    return {
      carry,
      outputs: tf.transpose(outputs, [1, 0, 2]),
      tail: tf.tile(tf.expandDims(carry, 1), [1, T, 1]),
    }
  },
  'attention over any number of positions': ({ x, mask }) => {
    const scores = tf.matMul(x, x, false, true)
    const masked = tf.add(scores, tf.mul(tf.sub(1, tf.expandDims(mask, 1)), -1e9))
    return tf.matMul(tf.softmax(masked), x)
  },
  'gradients of a mean over all of it': (args) => {
    const { value, grads } = tf.valueAndGrads(
      (x: tf.Tensor, kernel: tf.Tensor) =>
        tf.mean(tf.square(encode({ ...args, x, w: kernel }).outputs)) as tf.Scalar,
    )([args.x, args.w])
    return { value, x: grads[0], w: grads[1] }
  },
  'positions as numbers': ({ x }) => tf.add(x, tf.reshape(tf.range(0, x.shape[1] as number), [1, -1, 1])),
}

const sizes = [
  [2, 3],
  [5, 1],
  [1, 7],
] as const

const axes = { x: ['B', 'T', null], mask: ['B', 'T'] }

const batch = (B: number, T: number) => ({
  x: normal(rng, B, T, D),
  mask: array(
    Array.from({ length: B * T }, (_, i) => Number(i % 3 !== 2)),
    [B, T],
  ),
  w,
})

describe('open sizes: one graph serves them all', () => {
  for (const [name, fn] of Object.entries(functions))
    it(name, async () => {
      const compiled = compile(fn, { engine: 'onnxruntime', axes }) as Compiled<unknown, unknown>
      const eager = compile(fn, { engine: 'eager' }) as Compiled<unknown, unknown>
      for (const [B, T] of sizes) {
        const args = batch(B, T)
        expectSameTree(await compiled(args as never), await eager(args as never))
      }
      expect(compiled.stats.compilations).toBe(1)
    })
})

it('an open size may grow by what is added to it', async () => {
  const fn = compile(({ x }: { x: tf.Tensor }) => tf.concat([tf.pad(x, [[0, 1]]), tf.tensor1d([9])]), {
    engine: 'onnxruntime',
    axes: { x: ['N'] },
  })
  expect([...(await fn({ x: array([1, 2]) })).data]).toEqual([1, 2, 0, 9])
  expect([...(await fn({ x: array([5]) })).data]).toEqual([5, 0, 9])
  expect(fn.stats.compilations).toBe(1)
})

it.each([11, 13, 26, 78, 143])('a size that the function makes may have any factor: %i', async (size) => {
  const repeated = ({ x, y }: Record<'x' | 'y', tf.Tensor>) => ({
    numbers: tf.reshape(tf.tile(tf.expandDims(x, 1), [1, size]), [-1]),
    sum: tf.sum(tf.reshape(tf.tile(tf.expandDims(y, 1), [1, size]), [-1, 1]), 1),
  })
  const fn = compile(repeated, { engine: 'onnxruntime', axes: { x: ['N'], y: ['M'] } })
  const { numbers, sum } = await fn({ x: array([1, 2]), y: array([3]) })
  expect([...numbers.data]).toEqual([...Array(size).fill(1), ...Array(size).fill(2)])
  expect([...sum.data]).toEqual(Array(size).fill(3))
  await fn({ x: array([1]), y: array([3, 4]) })
  expect(fn.stats.compilations).toBe(1)
})

describe('open sizes refuse', () => {
  const x = array([1, 2])
  const run = (fn: (args: { x: tf.Tensor }) => tf.Tensor) =>
    compile(fn, { engine: 'onnxruntime', axes: { x: ['N'] } })({ x })

  it('sizes that are no product of them', async () => {
    const oneMore = run((args) => tf.ones([(args.x.shape[0] as number) + 1]))
    await expect(oneMore).rejects.toThrow(TraceError)
    await expect(oneMore).rejects.toThrow(/open sizes occur only as products/)
  })

  it('operations that depend on them', async () => {
    const fn = run((args) => ((args.x.shape[0] as number) > 12 ? tf.neg(args.x) : args.x))
    await expect(fn).rejects.toThrow(TraceError)
  })

  it('paths and ranks that do not fit', async () => {
    const fn = (axes: Record<string, (string | null)[]>) =>
      compile((args: { x: tf.Tensor }) => args.x, { engine: 'onnxruntime', axes })({ x })
    await expect(fn({ y: ['N'] })).rejects.toThrow(InvalidArgumentError)
    await expect(fn({ x: ['N', null] })).rejects.toThrow(/axes\['x'\]: expected 1 names/)
  })

  it('arguments that differ where one name stands for both', async () => {
    const fn = compile((args: { a: tf.Tensor; b: tf.Tensor }) => tf.add(args.a, args.b), {
      engine: 'onnxruntime',
      axes: { a: ['N'], b: ['N'] },
    })
    expect([...(await fn({ a: array([1, 2]), b: array([3, 4]) })).data]).toEqual([4, 6])
    await expect(fn({ a: array([1, 2]), b: array([3]) })).rejects.toThrow(ShapeError)
  })
})
