import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { ShapeCache } from '../../src/engine/shape-cache.js'
import { InvalidArgumentError } from '../../src/errors.js'
import { array, integers, WatchedRuntime } from './helpers.js'

const zeros = (length: number) => array(new Array<number>(length).fill(0))

describe('ShapeCache', () => {
  it('drops what was used least recently', () => {
    const dropped: string[] = []
    const cache = new ShapeCache<string>(2, (graph) => dropped.push(graph))
    cache.set('a', 'A')
    cache.set('b', 'B')
    expect(cache.get('a')).toBe('A')
    cache.set('c', 'C')
    expect(dropped).toEqual(['B'])
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C'])
    cache.clear()
    expect(dropped.sort()).toEqual(['A', 'B', 'C'])
    expect(cache.size).toBe(0)
  })
})

describe('the cache of a compiled function', () => {
  const runtime = new WatchedRuntime()
  beforeEach(() => {
    Object.assign(runtime, { created: 0, released: 0 })
    runtime.install()
  })
  afterEach(() => runtime.restore())

  const addOne = (options: { cacheSize?: number } = {}) => {
    let traces = 0
    const fn = compile(
      ({ x }: { x: tf.Tensor }) => {
        traces++
        return { y: tf.add(x, 1) }
      },
      { ...options, engine: 'onnxruntime' },
    )
    return { fn, traces: () => traces }
  }

  it('compiles each combination of shapes and types once', async () => {
    const { fn, traces } = addOne()
    for (const length of [2, 3, 2, 3, 2]) await fn({ x: zeros(length) })
    expect(traces()).toBe(2)
    expect(fn.stats).toMatchObject({ engine: 'onnxruntime', compilations: 2 })
    expect(fn.stats.compileMs).toBeGreaterThan(0)
    await fn({ x: integers([1, 2]) })
    expect(traces()).toBe(3)
  })

  it('is bounded: the least recently used graph goes, and its session is released', async () => {
    const { fn, traces } = addOne({ cacheSize: 2 })
    for (const length of [1, 2, 1, 3]) await fn({ x: zeros(length) })
    expect(runtime).toMatchObject({ created: 3, released: 1 })
    await fn({ x: zeros(1) })
    expect(traces()).toBe(3)
    await fn({ x: zeros(2) })
    expect(traces()).toBe(4)
    await fn.dispose()
    expect(runtime).toMatchObject({ created: 4, released: 4 })
  })

  it('compiles anew after dispose', async () => {
    const { fn } = addOne()
    await fn({ x: zeros(1) })
    await fn.dispose()
    expect([...(await fn({ x: zeros(1) })).y.data]).toEqual([1])
    expect(fn.stats.compilations).toBe(2)
  })

  it('knows plain values among the arguments by their content', async () => {
    const scale = compile(
      ({ x, by, how }: { x: tf.Tensor; by: number; how: { twice: boolean } }) => ({
        y: tf.mul(x, how.twice ? 2 * by : by),
      }),
      { engine: 'onnxruntime' },
    )
    const x = array([1])
    const run = async (by: number, twice: boolean) => (await scale({ x, by, how: { twice } })).y.data[0]
    expect([await run(3, false), await run(3, true), await run(5, false), await run(3, false)]).toEqual([
      3, 6, 5, 3,
    ])
    expect(scale.stats.compilations).toBe(3)
  })

  it('tells names of arguments and their order in lists apart', async () => {
    const fn = compile(
      (args: { a?: tf.Tensor; b?: tf.Tensor }) => ({
        y: args.a ? tf.add(args.a, 1) : tf.neg(args.b as tf.Tensor),
      }),
      { engine: 'onnxruntime' },
    )
    expect([...(await fn({ a: array([1]) })).y.data]).toEqual([2])
    expect([...(await fn({ b: array([1]) })).y.data]).toEqual([-1])
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a size of %s', (cacheSize) => {
    expect(() => compile(({ x }: { x: tf.Tensor }) => x, { cacheSize })).toThrow(InvalidArgumentError)
  })
})
