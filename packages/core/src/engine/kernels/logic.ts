/** Small helpers that several families of kernels need. */
import { broadcastShape, cast, node } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'

/** `a` where the condition holds, else `b`; all three broadcast. */
export function choose(condition: Value, a: Value, b: Value): Value {
  // ONNX Runtime has no Where for booleans.
  if (a.dtype === 'bool') return cast(choose(condition, asNumbers(a), asNumbers(b)), 'bool')
  const shape = broadcastShape(broadcastShape(condition.shape, a.shape), b.shape)
  return node('Where', [condition, a, b], shape, a.dtype)
}

/** Booleans as 0 and 1: ONNX neither adds nor orders them. */
export function asNumbers(x: Value): Value {
  return x.dtype === 'bool' ? cast(x, 'int32') : x
}
