/** Batch normalisation with given statistics. */
import type * as tf from '@tensorflow/tfjs-core'
import { add, div, mul, sub, unary, uniform } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import type { KernelInputs, KernelTable } from './rule.js'

/** (x − mean) / √(variance + ε) · scale + offset, with one factor for both products: few numbers, made once. */
function batchNorm({ x, mean, variance, scale, offset }: KernelInputs, epsilon: number): Value {
  const deviation = unary('Sqrt', add(variance, uniform(epsilon, [])))
  const factor = div(scale ?? uniform(1, []), deviation)
  const normalised = mul(sub(x, mean), factor)
  return offset ? add(normalised, offset) : normalised
}

export const normalisation: KernelTable = {
  FusedBatchNorm: (inputs, { varianceEpsilon = 0.001 }: Partial<tf.FusedBatchNormAttrs>) =>
    batchNorm(inputs, varianceEpsilon),
}
