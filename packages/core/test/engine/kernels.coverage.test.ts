import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { kernelTable } from '../../src/engine/kernels/index.js'
import '../../src/engine/register-gradients.js'
import { activations } from './kernel-cases/activations.js'
import { arithmetic } from './kernel-cases/arithmetic.js'
import { blocks } from './kernel-cases/blocks.js'
import { comparison } from './kernel-cases/comparison.js'
import { functions } from './kernel-cases/functions.js'
import { convolution, depthwise, pooling, resizing } from './kernel-cases/images.js'
import { indexing } from './kernel-cases/indexing.js'
import type { KernelCases } from './kernel-cases/kernel-case.js'
import { making } from './kernel-cases/making.js'
import { matrix } from './kernel-cases/matrix.js'
import { normalisation } from './kernel-cases/normalisation.js'
import { reduction } from './kernel-cases/reduction.js'
import { scattering } from './kernel-cases/scattering.js'
import { shaping } from './kernel-cases/shaping.js'

const cases: KernelCases = {
  ...activations,
  ...arithmetic,
  ...blocks,
  ...comparison,
  ...convolution,
  ...depthwise,
  ...functions,
  ...indexing,
  ...making,
  ...matrix,
  ...normalisation,
  ...pooling,
  ...reduction,
  ...resizing,
  ...scattering,
  ...shaping,
}

/** Rows that refuse to be traced, with a test of their own. */
const refused = ['Multinomial']

describe('the kernel table', () => {
  it('has a property-based case for every row', () => {
    const covered = new Set(Object.entries(cases).map(([name, { kernel }]) => kernel ?? name))
    const missing = Object.keys(kernelTable).filter((name) => !covered.has(name) && !refused.includes(name))
    expect(missing).toEqual([])
  })

  it('holds nothing but kernels that TensorFlow.js knows', () => {
    const known = new Set(tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName))
    expect(Object.keys(kernelTable).filter((name) => !known.has(name))).toEqual([])
  })

  it('leaves gradients out only where TensorFlow.js has one to leave out', () => {
    const needless = Object.entries(cases).filter(
      ([name, { kernel = name, withoutGradient }]) => withoutGradient && !tf.getGradient(kernel),
    )
    expect(needless).toEqual([])
  })
})
