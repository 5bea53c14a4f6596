/** Matrix products. */
import type * as tf from '@tensorflow/tfjs-core'
import { matMul } from '../trace/algebra.js'
import type { KernelTable } from './rule.js'

export const matrix: KernelTable = {
  BatchMatMul: ({ a, b }, { transposeA, transposeB }: tf.BatchMatMulAttrs) =>
    matMul(a, b, transposeA, transposeB),
}
