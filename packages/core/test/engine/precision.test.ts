/** Products with baked-in weights in 8-bit integers: which ones, and how exact they are. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { lower } from '../../src/engine/lower.js'
import {
  type CompileOptions,
  compile,
  InvalidArgumentError,
  NdArray,
  Parameter,
  Rng,
} from '../../src/index.js'
import { normal } from './helpers.js'

const [N, K, M] = [7, 96, 64]
const rng = new Rng(3)
const weights = new Parameter([K, M], normal(rng, K, M).data as Float32Array)
const rows = new Parameter([M, K], normal(rng, M, K).data as Float32Array)
const bias = new Parameter([M], normal(rng, M).data as Float32Array)
const small = new Parameter([K, 63], normal(rng, K, 63).data as Float32Array)

type Args = { x: tf.Tensor; more: tf.Tensor }
const args = { x: normal(rng, N, K), more: normal(rng, N, M) }
const product = (x: tf.Tensor, w: tf.Tensor, transposed = false) =>
  tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, transposed)

const functions: Record<string, (args: Args) => tf.Tensor> = {
  x·W: ({ x }) => product(x, weights.read()),
  x·Wᵀ: ({ x }) => product(x, rows.read(), true),
  'x·W + b': ({ x }) => tf.add(product(x, weights.read()), bias.read()),
  'x·W + y': ({ x, more }) => tf.add(product(x, weights.read()), more),
  'a batch of products': ({ x }) => tf.matMul(tf.stack([x, tf.neg(x)]), weights.read()),
  'weights that are computed': ({ x }) => product(x, tf.concat([tf.mul(weights.read(), 2), small.read()], 1)),
}

const integerProducts = (fn: (args: Args) => tf.Tensor, options: object) =>
  lower(fn, args as unknown as Args, options).nodes.filter(({ op }) => op === 'DynamicQuantizeMatMul').length

async function run(fn: (args: Args) => tf.Tensor, given: object, options: CompileOptions): Promise<NdArray> {
  const compiled = compile(fn, { engine: 'onnxruntime', freeze: true, ...options })
  const result = (await compiled(given as never)) as NdArray
  await compiled.dispose()
  return result
}

describe.each(Object.entries(functions))('int8: %s', (_, fn) => {
  it('is one product of integers', () => {
    expect(integerProducts(fn, { freeze: true, precision: 'int8' })).toBe(1)
    expect(integerProducts(fn, { freeze: true })).toBe(0)
  })

  it('errs by some hundredths of what varies, also when it serves all sizes', async () => {
    const exact = await run(fn, args, {})
    const axes = { x: ['N', null], more: ['N', null] }
    for (const options of [{}, { axes }]) {
      const rounded = await run(fn, args, { ...options, precision: 'int8' })
      expect(rounded.shape).toEqual(exact.shape)
      const errors = Array.from(exact.data, (value, i) => value - (rounded.data[i] as number))
      const error = Math.hypot(...errors) / Math.hypot(...exact.data)
      expect(error).toBeGreaterThan(0)
      expect(error).toBeLessThan(0.03)
    }
  })
})

describe('int8', () => {
  it('is exact where numbers are bytes: all pairs of the largest ones included', async () => {
    // x is 0 … 255 and the weights −63 … 63, so that both scales are 1.
    const x = new NdArray(
      Float32Array.from({ length: 2 * K }, (_, i) => (i < K ? 255 : (i * 37) % 256)),
      [2, K],
    )
    const whole = new Parameter(
      [K, M],
      Float32Array.from({ length: K * M }, (_, i) => (i < M || i % M < 2 ? 63 : ((i * 11) % 127) - 63)),
    )
    const fn = ({ x }: Args) => product(x, whole.read())
    const exact = await run(fn, { x, more: args.more }, {})
    expect(await run(fn, { x, more: args.more }, { precision: 'int8' })).toEqual(exact)
    expect(exact.data[0]).toBe(255 * 63 * K)
  })

  it('knows columns of zeros, and rows of zeros', async () => {
    const zeros = new Parameter([K, M])
    const fn = ({ x }: Args) => product(x, zeros.read())
    const { data } = await run(fn, args, { precision: 'int8' })
    expect(new Set(data)).toEqual(new Set([0]))
    const none = { ...args, x: new NdArray(new Float32Array(N * K), [N, K]) }
    const product0 = await run(({ x }) => product(x, weights.read()), none, { precision: 'int8' })
    expect(new Set(product0.data)).toEqual(new Set([0]))
  })

  it('leaves alone what would gain nothing or cannot be', () => {
    const options = { freeze: true, precision: 'int8' as const }
    const narrow = ({ x }: Args) => product(x, small.read())
    const variable = ({ x, more }: Args) => tf.matMul(x as tf.Tensor2D, more as tf.Tensor2D, true)
    const constant = () => product(rows.read(), weights.read())
    for (const fn of [narrow, variable, constant]) expect(integerProducts(fn, options)).toBe(0)
  })

  it('is refused for weights that may change, and under another name', () => {
    const fn = ({ x }: Args) => x
    expect(() => compile(fn, { precision: 'int8' })).toThrow(InvalidArgumentError)
    expect(() => compile(fn, { freeze: true, precision: 'int4' as never })).toThrow(/one of float32, int8/)
  })
})
