import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { kernelTable } from '../../src/engine/kernels/index.js'
import '../../src/engine/register-gradients.js'
import { extremesOf } from './kernel-cases/compare.js'
import { extremeCalls } from './kernel-cases/extreme-calls.js'
import { allCases } from './kernel-cases/index.js'

/** Rows that refuse to be traced, with a test of their own. */
const refused = ['Multinomial']

describe('the kernel table', () => {
  it('has a property-based case for every row', () => {
    const covered = new Set(Object.entries(allCases).map(([name, { kernel }]) => kernel ?? name))
    const missing = Object.keys(kernelTable).filter((name) => !covered.has(name) && !refused.includes(name))
    expect(missing).toEqual([])
  })

  it('has a call with an empty tensor and one of one-element tensors in every case, or a reason', () => {
    const missing = Object.entries(allCases).flatMap(([name, options]) =>
      Object.entries(extremesOf(name, options)).flatMap(([kind, call]) => (call ? [] : [`${name}: ${kind}`])),
    )
    expect(missing).toEqual([])
    expect(Object.keys(extremeCalls).filter((name) => !Object.hasOwn(allCases, name))).toEqual([])
  })

  it('holds nothing but kernels that TensorFlow.js knows', () => {
    const known = new Set(tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName))
    expect(Object.keys(kernelTable).filter((name) => !known.has(name))).toEqual([])
  })

  it('leaves gradients out only where TensorFlow.js has one to leave out', () => {
    const needless = Object.entries(allCases).filter(
      ([name, { kernel = name, withoutGradient }]) => withoutGradient && !tf.getGradient(kernel),
    )
    expect(needless).toEqual([])
  })
})
