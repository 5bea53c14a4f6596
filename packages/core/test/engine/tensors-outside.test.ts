/** What a compiled function reads and writes beside its arguments: captured tensors, variables, parameters. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { Parameter } from '../../src/engine/parameter.js'
import { TraceError } from '../../src/errors.js'
import { array } from './helpers.js'

const x = array([1, 2])
const forced = { engine: 'onnxruntime' } as const

describe('a tensor captured from another backend', () => {
  it('is read again at every run', async () => {
    await tf.setBackend('cpu')
    const scale = tf.tensor1d([10, 20])
    const fn = compile((args: { x: tf.Tensor }) => tf.mul(args.x, scale), forced)
    expect([...(await fn({ x })).data]).toEqual([10, 40])
    // Its memory, changed in place by whoever owns it.
    scale.dataSync().set([3, 4])
    expect([...(await fn({ x })).data]).toEqual([3, 8])
    scale.dispose()
    await expect(fn({ x })).rejects.toThrow(TraceError)
    await expect(fn({ x })).rejects.toThrow(/keep it/)
  })

  it('may be an argument', async () => {
    const fn = compile((args: { x: tf.Tensor }) => tf.square(args.x), forced)
    const tensor = tf.tensor1d([3, -4])
    expect([...(await fn({ x: tensor })).data]).toEqual([9, 16])
    tensor.dispose()
  })
})

describe('a tf.Variable', () => {
  it('is an input when read and an output when assigned', async () => {
    const counter = tf.variable(tf.scalar(1))
    const fn = compile((args: { x: tf.Tensor }) => {
      const next = tf.add(counter, tf.sum(args.x)) as tf.Scalar
      counter.assign(next)
      return { doubled: tf.mul(next, 2) }
    }, forced)
    const seen: number[] = []
    for (let i = 0; i < 3; i++) seen.push((await fn({ x })).doubled.item())
    expect(seen).toEqual([8, 14, 20])
    expect(counter.dataSync()[0]).toBe(10)
    counter.assign(tf.scalar(100))
    expect((await fn({ x })).doubled.item()).toBe(206)
    counter.dispose()
  })

  it('keeps its value when the function fails to trace', async () => {
    const kept = tf.variable(tf.scalar(5))
    const fn = compile((args: { x: tf.Tensor }) => {
      kept.assign(tf.sum(args.x) as tf.Scalar)
      throw new Error('after the assignment')
    }, forced)
    await expect(fn({ x })).rejects.toThrow('after the assignment')
    expect(kept.dataSync()[0]).toBe(5)
    kept.dispose()
  })
})

describe('a parameter', () => {
  it('is read at every run, also when its values have moved elsewhere since', async () => {
    const weight = new Parameter([2], Float32Array.of(1, 1))
    const fn = compile((args: { x: tf.Tensor }) => tf.mul(args.x, weight.read()), forced)
    expect([...(await fn({ x })).data]).toEqual([1, 2])
    weight.data[1] = 5
    weight.touch()
    expect([...(await fn({ x })).data]).toEqual([1, 10])
    const home = new Float32Array(4)
    weight.moveTo(home.subarray(1, 3))
    home[1] = 7
    expect([...(await fn({ x })).data]).toEqual([7, 10])
    weight.assign([2, 3])
    expect([...(await fn({ x })).data]).toEqual([2, 6])
    expect(fn.stats.compilations).toBe(1)
  })

  it('stays as it was compiled in a frozen function', async () => {
    const weight = new Parameter([2], Float32Array.of(1, 1))
    const fn = compile((args: { x: tf.Tensor }) => tf.mul(args.x, weight.read()), { ...forced, freeze: true })
    expect([...(await fn({ x })).data]).toEqual([1, 2])
    weight.assign([9, 9])
    expect([...(await fn({ x })).data]).toEqual([1, 2])
    await fn.dispose()
    expect([...(await fn({ x })).data]).toEqual([9, 18])
  })
})
