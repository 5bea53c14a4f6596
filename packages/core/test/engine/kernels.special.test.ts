/** Numbers and shapes that drawn arguments seldom hit, with values worked out by hand. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { TraceError } from '../../src/errors.js'

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number

async function evaluate(x: NdArray, f: (x: tf.Tensor) => tf.Tensor): Promise<number[]> {
  const compiled = compile((args: { x: tf.Tensor }) => ({ y: f(args.x) }), { engine: 'onnxruntime' })
  const { y } = await compiled({ x })
  await compiled.dispose()
  return [...y.data]
}

const floats = (...values: number[]) => new NdArray(Float32Array.from(values), [values.length])
const integers = (...values: number[]) => new NdArray(Int32Array.from(values), [values.length])
const nothing = new NdArray(new Float32Array(0), [0, 3])

describe('what is no number', () => {
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    relu: tf.relu,
    relu6: tf.relu6,
    elu: tf.elu,
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    softplus: tf.softplus,
    exp: tf.exp,
    expm1: tf.expm1,
    log1p: tf.log1p,
    sqrt: tf.sqrt,
    square: tf.square,
    abs: tf.abs,
    clipByValue: (x) => tf.clipByValue(x, -1, 1),
    maximum: (x) => tf.maximum(x, 0),
    minimum: (x) => tf.minimum(x, 0),
    mean: (x) => tf.mean(x, 0, true),
    sum: (x) => tf.sum(x, 0, true),
    max: (x) => tf.max(x, 0, true),
    min: (x) => tf.min(x, 0, true),
    softmax: tf.softmax,
    'matrix product': (x) => tf.reshape(tf.matMul(tf.reshape(x, [1, 4]), tf.ones([4, 1])), [1]),
  }
  for (const [name, f] of Object.entries(functions))
    it(`passes through ${name}`, async () => {
      const result = await evaluate(floats(nan, 1, 2, 3), f)
      expect(result[0]).toBeNaN()
    })

  it('is not hidden by infinities', async () => {
    expect(await evaluate(floats(infinity, -infinity, 1), tf.relu)).toEqual([infinity, 0, 1])
    expect(await evaluate(floats(infinity, -infinity), (x) => tf.sum(x, 0, true))).toEqual([nan])
  })
})

describe('rounding', () => {
  it('of halves goes to even numbers', async () => {
    expect(await evaluate(floats(0.5, 1.5, 2.5, -0.5, -1.5), tf.round)).toEqual([0, 2, 2, -0, -2])
  })

  it('of whole quotients goes down, and a remainder has the sign of the divisor', async () => {
    const x = integers(7, -7, 7, -7)
    const divisors = () => tf.tensor1d([2, 2, -2, -2], 'int32')
    expect(await evaluate(x, (v) => tf.floorDiv(v, divisors()))).toEqual([3, -4, -4, 3])
    expect(await evaluate(x, (v) => tf.mod(v, divisors()))).toEqual([1, 1, -1, -1])
  })

  it('survives divisions that would end the process', async () => {
    const lowest = -(2 ** 31)
    expect(await evaluate(integers(5, lowest), (v) => tf.floorDiv(v, tf.tensor1d([0, -1], 'int32')))).toEqual(
      [0, lowest],
    )
  })

  it('keeps the digits of expm1 and log1p near zero', async () => {
    const x = floats(1e-7, -1e-7)
    for (const f of [tf.expm1, tf.log1p]) {
      const [up, down] = await evaluate(x, f)
      expect(up).toBeCloseTo(1e-7, 12)
      expect(down).toBeCloseTo(-1e-7, 12)
    }
  })
})

describe('ties and masks', () => {
  it('are settled by the lowest index', async () => {
    const x = floats(1, 3, 3, 0, 0)
    expect(await evaluate(x, (v) => tf.reshape(tf.argMax(v), [1]))).toEqual([1])
    expect(await evaluate(x, (v) => tf.reshape(tf.argMin(v), [1]))).toEqual([3])
    expect(await evaluate(x, (v) => tf.topk(v, 3).indices)).toEqual([1, 2, 0])
  })

  it('of the lowest float leave equal shares, not NaN', async () => {
    const lowest = -3.4e38
    expect(await evaluate(floats(lowest, lowest), tf.softmax)).toEqual([0.5, 0.5])
  })

  it('of negative indices are no columns', async () => {
    expect(await evaluate(integers(1, -1, 3), (x) => tf.reshape(tf.oneHot(x, 3), [9]))).toEqual([
      0, 1, 0, 0, 0, 0, 0, 0, 0,
    ])
  })
})

describe('nothing at all', () => {
  const reductions: Record<string, [f: (x: tf.Tensor) => tf.Tensor, expected: number]> = {
    sum: [(x) => tf.sum(x, 0), 0],
    prod: [(x) => tf.prod(x, 0), 1],
    mean: [(x) => tf.mean(x, 0), nan],
    max: [(x) => tf.max(x, 0), -infinity],
    min: [(x) => tf.min(x, 0), infinity],
  }
  for (const [name, [f, expected]] of Object.entries(reductions))
    it(`has a ${name}`, async () => {
      expect(await evaluate(nothing, f)).toEqual([expected, expected, expected])
    })

  it('goes through a function and comes out', async () => {
    expect(await evaluate(nothing, (x) => tf.tanh(tf.add(x, 1)))).toEqual([])
  })
})

it('refuses multinomial, whose samples would freeze', async () => {
  const sample = evaluate(floats(0.1, 0.9), (x) => tf.multinomial(x as tf.Tensor1D, 2))
  await expect(sample).rejects.toThrow(TraceError)
  await expect(sample).rejects.toThrow(/kernels\.special\.test\.ts.*tf\.multinomial.*Gumbel/)
})
