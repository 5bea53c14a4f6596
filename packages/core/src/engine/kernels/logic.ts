/** Small helpers that several families of kernels need. */
import { binary, broadcastShape, cast, node, uniform } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'

/** No array is so long. */
const OUTSIDE = 2 ** 31 - 1

/** `a` where the condition holds, else `b`; all three broadcast. */
export function choose(condition: Value, a: Value, b: Value): Value {
  // ONNX Runtime has no Where for booleans.
  if (a.dtype === 'bool') return cast(choose(condition, asNumbers(a), asNumbers(b)), 'bool')
  const shape = broadcastShape(broadcastShape(condition.shape, a.shape), b.shape)
  return node('Where', [condition, a, b], shape, a.dtype)
}

/** ONNX counts negative indices from the end; in TensorFlow.js they are outside, and here become such in ONNX, too. */
export function fromTheFront(indices: Value): Value {
  const { constant } = indices
  if (constant && 'data' in constant && constant.data.every((index) => index >= 0)) return indices
  if (indices.uniform !== undefined && indices.uniform >= 0) return indices
  const isNegative = binary('Less', indices, uniform(0, [], indices.dtype), 'bool')
  return choose(isNegative, uniform(OUTSIDE, [], indices.dtype), indices)
}

/** Booleans as 0 and 1: ONNX neither adds nor orders them. */
export function asNumbers(x: Value): Value {
  return x.dtype === 'bool' ? cast(x, 'int32') : x
}
