/** Bad input to public functions: a typed error that names the argument, the same on every engine. */
import './eager-backend.js'
import {
  attentionMap,
  type CompileOptions,
  compile,
  crossEntropy,
  curves,
  Embedding,
  Gru,
  InvalidArgumentError,
  Linear,
  Lstm,
  maskedSoftmax,
  NdArray,
  Rng,
  ShapeError,
  sequenceMask,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

const rng = new Rng(1)
const sizes = { inputSize: 2, hiddenSize: 3 }
const lstm = new Lstm({ ...sizes, rng })
const table = new Embedding({ vocabularySize: 5, embeddingSize: 2, rng })
const identity = (x: tf.Tensor) => x
const compiledWith = (options: object) => compile(identity, options as CompileOptions)
const curve = { name: 'loss', x: [1], y: [2] }

type Refusal = [what: string, argument: string, call: () => unknown, type?: typeof ShapeError]

const refusals: Refusal[] = [
  ['a layer without options', 'options', () => new Lstm(undefined as never)],
  ['a layer without a generator', 'rng', () => new Lstm(sizes as never)],
  ['a generator that is none', 'rng', () => new Linear({ inputSize: 2, outputSize: 2, rng: 7 as never })],
  ['a misspelt option', 'numLayer', () => new Lstm({ ...sizes, numLayer: 2, rng } as never)],
  ["another layer's option", 'forgetBias', () => new Gru({ ...sizes, forgetBias: 1, rng } as never)],
  ['a misspelt mask', 'lenghts', () => lstm.forward(tf.zeros([1, 2, 2]), { lenghts: 1 } as never)],
  [
    'lengths beyond T',
    'lengths',
    () => lstm.forward(tf.zeros([1, 2, 2]), { lengths: tf.tensor1d([9], 'int32') }),
  ],
  ['negative lengths', 'lengths', () => sequenceMask(tf.tensor1d([-1], 'int32'), 2)],
  ['an id beyond V', 'ids', () => table.forward(tf.tensor1d([1, 5], 'int32'))],
  ['a negative id', 'ids', () => table.forward(tf.tensor1d([-1], 'int32'))],
  ['scores without an axis', 'scores', () => maskedSoftmax(tf.scalar(1)), ShapeError],
  ['a mask of another length', 'mask', () => maskedSoftmax(tf.zeros([2, 3]), tf.ones([2, 2])), ShapeError],
  ['a mask of more axes', 'mask', () => maskedSoftmax(tf.zeros([3]), tf.ones([2, 3])), ShapeError],
  ['what is no function', 'fn', () => compile(3 as never)],
  ['half a thread', 'threads', () => compiledWith({ threads: 1.5 })],
  ['no thread', 'threads', () => compiledWith({ threads: 0 })],
  ['a cache for nothing', 'cacheSize', () => compiledWith({ cacheSize: 0 })],
  ['a misspelt compile option', 'frozen', () => compiledWith({ frozen: true })],
  ['no panels', 'panels', () => curves({} as never)],
  ['a panel without curves', 'panels[0].curves', () => curves({ panels: [{}] } as never)],
  ['a curve without y', 'panels[0].curves[0]', () => curves({ panels: [{ curves: [{ x: [1] }] }] } as never)],
  [
    'a misspelt label',
    'xlabel',
    () => curves({ panels: [{ yLabel: '', curves: [curve] }], xlabel: '' } as never),
  ],
  ['a map without tokens', 'rows', () => attentionMap({} as never)],
  [
    'a map without weights',
    'weights',
    () => attentionMap({ rows: ['a'], columns: ['b'] } as never),
    ShapeError,
  ],
]

describe('refused', () => {
  it.each(refusals)('%s: by the name %s', (_, argument, call, type = InvalidArgumentError) => {
    expect(call).toThrow(type)
    expect(call).toThrow(expect.objectContaining({ argument }))
  })
})

describe.each(['onnxruntime', 'cpu', 'wasm'] as const)('on %s', (engine) => {
  const logits = NdArray.zeros([2, 5])
  const ids = (...values: number[]) => new NdArray(Int32Array.from(values), [values.length])
  const loss = compile(
    ({ x, t }: { x: tf.Tensor; t: tf.Tensor }) => crossEntropy({ logits: x, targets: t }),
    { engine, axes: { x: ['N', null], t: ['N'] } },
  )
  const rows = compile(({ t }: { t: tf.Tensor }) => table.forward(tf.transpose(tf.reshape(t, [2, 1]))), {
    engine,
  })
  const mask = compile(({ lengths }: { lengths: tf.Tensor }) => sequenceMask(lengths, 2), { engine })
  const three = () => tf.scalar(3, 'int32')
  const moved = compile(({ t }: { t: tf.Tensor }) => table.forward(tf.sub(t, three())), { engine })

  it.each([9, 5, -1, -7])('the id %i is outside of five', async (id) => {
    const range = { argument: 'targets', expected: 'ids in 0 … 4', received: String(id) }
    const refused = loss({ x: logits, t: ids(1, id) })
    await expect(refused).rejects.toThrow(InvalidArgumentError)
    await expect(refused).rejects.toMatchObject(range)
    await expect(rows({ t: ids(id, 0) })).rejects.toMatchObject({ ...range, argument: 'ids' })
    expect((await loss({ x: logits, t: ids(0, 4) })).item()).toBeCloseTo(Math.log(5))
  })

  it.each([3, -1])('the length %i is none in two steps', async (length) => {
    await expect(mask({ lengths: ids(2, length) })).rejects.toMatchObject({
      argument: 'lengths',
      received: String(length),
    })
    expect([...(await mask({ lengths: ids(0, 2) })).data]).toEqual([0, 0, 1, 1])
  })

  it.each([0, 8])('%i − 3 is outside, where the function makes the id itself', async (id) => {
    await expect(moved({ t: ids(3, id) })).rejects.toThrow(InvalidArgumentError)
    expect((await moved({ t: ids(3, 7) })).shape).toEqual([2, 2])
  })

  it('goes on on the engine it was made for', () => {
    for (const { stats } of [loss, rows, mask, moved])
      expect(stats.engine).toBe(engine === 'onnxruntime' ? engine : 'eager')
  })
})

describe('with engine auto', () => {
  it('a run that fails is an error, and no reason to run eagerly', async () => {
    const weight = new Embedding({ vocabularySize: 5, embeddingSize: 2, rng })
    const step = compile(({ t }: { t: tf.Tensor }) => tf.sum(weight.forward(tf.mul(t, t))), {
      engine: 'auto',
    })
    const { engine } = step.stats
    await expect(step({ t: new NdArray(Int32Array.of(3), [1]) })).rejects.toThrow(InvalidArgumentError)
    expect(step.stats.engine).toBe(engine)
    await step({ t: new NdArray(Int32Array.of(2), [1]) })
    expect(step.stats).toMatchObject({ engine, compilations: engine === 'eager' ? 0 : 1 })
  })
})
