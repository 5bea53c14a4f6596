import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { Parameter } from '../../src/engine/parameter.js'
import { Rng } from '../../src/engine/random.js'
import { scan } from '../../src/engine/scan.js'
import { TraceError } from '../../src/errors.js'
import { array } from './helpers.js'

const x = array([1, 2, 3], [3, 1])

async function errorOf(fn: (args: { x: tf.Tensor }) => unknown): Promise<TraceError> {
  const compiled = compile(fn as (args: { x: tf.Tensor }) => tf.Tensor)
  const error = await compiled({ x }).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(TraceError)
  return error as TraceError
}

/** The line after the one that this is called on. */
function nextLine(): string {
  const [, , caller = ''] = (new Error().stack ?? '').split('\n')
  const [, file, line] = /([\w-]+\.test\.ts):(\d+)/.exec(caller) as unknown as [string, string, string]
  return `${file}:${Number(line) + 1}`
}

describe('what cannot be traced is refused, with the place', () => {
  it('control flow that depends on values', async () => {
    let place = ''
    const error = await errorOf((args) => {
      place = nextLine()
      return tf.sum(args.x).dataSync()[0] === 1 ? args.x : tf.neg(args.x)
    })
    expect(error.message).toContain(place)
    expect(error.received).toContain('dataSync()')
    expect(error.hint).toContain('tf.where')
  })

  it('asynchronous functions, and what they read', async () => {
    let read: Promise<unknown> = Promise.resolve()
    const error = await errorOf((args) => {
      read = args.x.data()
      read.catch(() => {})
      return read
    })
    expect(error.received).toBe('an asynchronous one')
    await expect(read).rejects.toThrow(/trace-errors\.test\.ts.*data\(\) on a traced tensor/)
  })

  it.each([
    ['tf.dropout', (t: tf.Tensor) => tf.dropout(t, 0.5)],
    ['tf.randomUniform', (t: tf.Tensor) => tf.add(t, tf.randomUniform([3, 1]))],
    ['tf.randomNormal', (t: tf.Tensor) => tf.add(t, tf.randomNormal([3, 1]))],
    ['tf.randomNormal of one number', (t: tf.Tensor) => tf.add(t, tf.randomNormal([1]))],
    ['tf.truncatedNormal', (t: tf.Tensor) => tf.add(t, tf.truncatedNormal([3, 1]))],
  ])('%s, whose numbers would freeze', async (_, apply) => {
    const error = await errorOf((args) => apply(args.x))
    expect(error.message).toContain('trace-errors.test.ts')
    expect(error.hint).toContain('rng.bernoulli')
  })

  it('strings and complex numbers', async () => {
    const error = await errorOf((args) => [args.x, tf.tensor1d(['a', 'b'])])
    expect(error.received).toBe('string')
  })

  it('a traced tensor that outlives its function', async () => {
    let kept: tf.Tensor | undefined
    const fn = compile((args: { x: tf.Tensor }) => {
      kept = tf.keep(tf.neg(args.x))
      return args.x
    })
    await fn({ x })
    const reuse = await errorOf((args) => tf.add(args.x, kept as tf.Tensor)).catch((error: unknown) => error)
    expect(reuse).toBeInstanceOf(Error)
  })

  it('an array among the results', async () => {
    const error = await errorOf(() => ({ loss: array([1]) }))
    expect(error).toMatchObject({ argument: 'loss', hint: 'Return tensors.' })
  })
})

describe('a scan step is refused what would get no gradient or freeze', () => {
  const weight = new Parameter([1, 1], Float32Array.of(2))
  const rng = new Rng(1)

  const scanned = (step: (carry: tf.Tensor, slice: tf.Tensor) => tf.Tensor) => (args: { x: tf.Tensor }) =>
    scan(
      (carry: tf.Tensor, slice: tf.Tensor) => {
        const next = step(carry, slice)
        return { carry: next, output: next }
      },
      tf.zeros([1]) as tf.Tensor,
      args.x,
      {},
    )

  it('a parameter', async () => {
    const error = await errorOf(
      scanned((carry, slice) => tf.add(carry, tf.mul(slice, tf.reshape(weight.read(), [1])))),
    )
    expect(error.received).toContain('a parameter')
    expect(error.hint).toContain('consts')
    expect(error.message).toContain('trace-errors.test.ts')
  })

  it('random numbers', async () => {
    const error = await errorOf(scanned((carry, slice) => tf.add(carry, tf.mul(slice, rng.uniform([1])))))
    expect(error.received).toContain('a random number')
    expect(error.hint).toContain('xs')
  })

  it('a tensor of the surrounding function', async () => {
    const error = await errorOf((args) => {
      const outside = tf.square(args.x)
      return scanned((carry, slice) => tf.add(carry, tf.mul(slice, tf.sum(outside))))(args)
    })
    expect(error.received).toBe('a tensor of shape [3,1] from outside the step')
    expect(error.hint).toContain('consts')
  })

  it('but may use constants that it makes', async () => {
    const fn = compile(scanned((carry, slice) => tf.add(carry, tf.mul(slice, tf.scalar(10)))))
    expect([...(await fn({ x })).carry.data]).toEqual([60])
  })
})
