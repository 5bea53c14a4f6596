import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { Rng } from '../../src/engine/random.js'
import { array } from './helpers.js'

const x = array([0, 0, 0])

/** Three runs of a function that draws from a generator with this seed. */
async function threeRuns(
  engine: 'eager' | 'onnxruntime',
  draw: (rng: Rng, x: tf.Tensor) => tf.Tensor,
  seed = 42,
): Promise<number[][]> {
  const rng = new Rng(seed)
  const fn = compile((args: { x: tf.Tensor }) => tf.add(args.x, draw(rng, args.x)), { engine })
  const runs: number[][] = []
  for (let i = 0; i < 3; i++) runs.push([...(await fn({ x })).data])
  return runs
}

describe('random numbers in a compiled function', () => {
  const draws: Record<string, (rng: Rng, x: tf.Tensor) => tf.Tensor> = {
    uniform: (rng) => rng.uniform([3], -1, 1),
    normal: (rng) => rng.normal([3], 5, 2),
    bernoulli: (rng) => rng.bernoulli([3], 0.5),
    'several, in the order of their calls': (rng) => tf.sub(rng.normal([3]), tf.sum(rng.uniform([2]))),
    'one that nothing reads': (rng) => {
      rng.uniform([7])
      return rng.uniform([3])
    },
    'a dropout mask': (rng, tensor) => tf.mul(tf.onesLike(tensor), tf.div(rng.bernoulli([3], 0.8), 0.8)),
  }

  for (const [name, draw] of Object.entries(draws))
    it(`are those of an eager run: ${name}`, async () => {
      expect(await threeRuns('onnxruntime', draw)).toEqual(await threeRuns('eager', draw))
    })

  it('are fresh at every run, the same for the same seed, and others for another', async () => {
    const draw = draws.normal as (rng: Rng) => tf.Tensor
    const [first, second, third] = await threeRuns('onnxruntime', draw)
    expect(second).not.toEqual(first)
    expect(third).not.toEqual(second)
    expect(await threeRuns('onnxruntime', draw)).toEqual([first, second, third])
    expect(await threeRuns('onnxruntime', draw, 43)).not.toEqual([first, second, third])
  })

  it('leave the generator where an eager run leaves it, whichever shape was compiled when', async () => {
    const end = async (engine: 'eager' | 'onnxruntime') => {
      const rng = new Rng(1)
      const fn = compile((args: { x: tf.Tensor }) => tf.add(args.x, rng.normal(args.x.shape)), { engine })
      for (const length of [2, 3, 2, 5]) await fn({ x: array(new Array<number>(length).fill(0)) })
      return rng.state
    }
    expect(await end('onnxruntime')).toEqual(await end('eager'))
  })

  it('do not move while a function is traced', async () => {
    const rng = new Rng(9)
    const before = rng.state
    const fn = compile((args: { x: tf.Tensor }) => {
      rng.uniform([2])
      if (args.x.shape[0] === 3) throw new Error('after the draw')
      return args.x
    })
    await expect(fn({ x })).rejects.toThrow('after the draw')
    expect(rng.state).toEqual(before)
  })

  it('come in the sizes of the run where sizes are open', async () => {
    const run = async (engine: 'eager' | 'onnxruntime') => {
      const rng = new Rng(4)
      const fn = compile((args: { x: tf.Tensor }) => tf.add(args.x, rng.uniform(args.x.shape)), {
        engine,
        axes: { x: ['N'] },
      })
      const sums: number[][] = []
      for (const length of [3, 1, 4])
        sums.push([...(await fn({ x: array(new Array<number>(length).fill(0)) })).data])
      return { sums, compilations: fn.stats.compilations }
    }
    const compiled = await run('onnxruntime')
    expect(compiled.sums).toEqual((await run('eager')).sums)
    expect(compiled.compilations).toBe(1)
  })
})
