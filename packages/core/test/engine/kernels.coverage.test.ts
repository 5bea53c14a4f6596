import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { kernelTable } from '../../src/engine/kernels/index.js'
import '../../src/engine/register-gradients.js'
import { allCases } from './kernel-cases/index.js'

/** Rows that refuse to be traced, with a test of their own. */
const refused = ['Multinomial']

describe('the kernel table', () => {
  it('has a property-based case for every row', () => {
    const covered = new Set(Object.entries(allCases).map(([name, { kernel }]) => kernel ?? name))
    const missing = Object.keys(kernelTable).filter((name) => !covered.has(name) && !refused.includes(name))
    expect(missing).toEqual([])
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
