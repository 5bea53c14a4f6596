import fc from 'fast-check'
import type { NdArray } from '../../../src/engine/nd-array.js'
import { filled, numbers } from './draw.js'
import type { KernelCalls, KernelCases } from './kernel-case.js'

const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 })

function batchNorm(optional: fc.Arbitrary<string[]>): KernelCalls {
  return fc.tuple(shape, optional).chain(([x, names]) => {
    const channels = x.slice(-1)
    const inputs: Record<string, fc.Arbitrary<NdArray>> = {
      x: filled(x),
      mean: filled(channels),
      variance: filled(channels, 'float32', numbers(0.25, 2)),
    }
    for (const name of names) inputs[name] = filled(channels)
    return fc.record({ inputs: fc.record(inputs), attrs: fc.constant({ varianceEpsilon: 0.001 }) })
  })
}

const optional = ['scale', 'offset']

export const normalisation: KernelCases = {
  FusedBatchNorm: { draw: batchNorm(fc.constant(optional)), tolerance: 1e-4 },
  'FusedBatchNorm, shorter': {
    draw: batchNorm(fc.subarray(optional)),
    kernel: 'FusedBatchNorm',
    tolerance: 1e-4,
    withoutGradient: 'TensorFlow.js cannot take it without scale and offset',
  },
}
