/** Matrix products and contractions. */
import type * as tf from '@tensorflow/tfjs-core'
import { add, broadcastShape, matMul, matrixTranspose, node, uniform } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import { activate } from './activations.js'
import { inputList, type KernelTable } from './rule.js'

function product(a: Value, b: Value, { transposeA, transposeB }: tf.BatchMatMulAttrs): Value {
  if (a.dtype === 'float32' && a.size > 0 && b.size > 0) return matMul(a, b, transposeA, transposeB)
  const [left, right] = [transposeA ? matrixTranspose(a) : a, transposeB ? matrixTranspose(b) : b]
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const shape = [...batch, left.shape.at(-2) as number, right.shape.at(-1) as number]
  // A sum of no products; ONNX Runtime leaves such a result unwritten.
  if (a.size === 0 || b.size === 0) return uniform(0, shape, a.dtype)
  return node('MatMul', [left, right], shape, a.dtype)
}

function einsum(operands: Value[], equation: string): Value {
  const [terms = '', result = ''] = equation.replaceAll(' ', '').split('->')
  const sizes = new Map<string, number>()
  terms.split(',').forEach((term, k) => {
    for (const [i, letter] of [...term].entries()) sizes.set(letter, operands[k]?.shape[i] as number)
  })
  const shape = [...result].map((letter) => sizes.get(letter) as number)
  const [first] = operands as [Value]
  return node('Einsum', operands, shape, first.dtype, { equation: `${terms}->${result}` })
}

export const matrix: KernelTable = {
  BatchMatMul: ({ a, b }, attributes: tf.BatchMatMulAttrs) => product(a, b, attributes),
  _FusedMatMul: ({ a, b, bias, preluActivationWeights }, attributes: tf._FusedMatMulAttrs) => {
    const result = product(a, b, attributes)
    return activate(bias ? add(result, bias) : result, attributes, preluActivationWeights)
  },
  Einsum: (inputs, { equation }: tf.EinsumAttrs) => einsum(inputList(inputs), equation),
}
