/** Arithmetic of two tensors that broadcast. */
import {
  add,
  binary,
  broadcastShape,
  cast,
  div,
  inType,
  mul,
  node,
  sub,
  unary,
  uniform,
} from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import { asNumbers, choose } from './logic.js'
import { inputList, type KernelRule, type KernelTable } from './rule.js'

type Operation = (a: Value, b: Value) => Value

/** ONNX has no arithmetic on booleans: they count as 0 and 1. */
const onNumbers =
  (operation: Operation): KernelRule =>
  ({ a, b }) =>
    a.dtype === 'bool' ? cast(operation(asNumbers(a), asNumbers(b)), 'bool') : operation(a, b)

const isNegative = (x: Value) => binary('Less', x, uniform(0, [], x.dtype), 'bool')

/**
 * An operation on whole numbers, 0 where the divisor is 0, as in TensorFlow.js. The processor would end the process
 * on such a division, and on −2³¹ / −1: hence another divisor, and 64 bits.
 */
function onIntegers(a: Value, b: Value, operation: Operation): Value {
  const [wideA, wideB] = [cast(a, 'int64'), cast(b, 'int64')]
  if (b.uniform) return cast(operation(wideA, wideB), 'int32')
  const zero = uniform(0, [], 'int64')
  const isZero = binary('Equal', wideB, zero, 'bool')
  const result = operation(wideA, choose(isZero, uniform(1, [], 'int64'), wideB))
  return cast(choose(isZero, zero, result), 'int32')
}

/** a − floor(a / b)·b: the remainder has the sign of the divisor. */
function floorModulo(a: Value, b: Value): Value {
  const shape = broadcastShape(a.shape, b.shape)
  if (a.dtype !== 'float32') return onIntegers(a, b, (x, y) => node('Mod', [x, y], shape, 'int64'))
  const truncated = (x: Value) => node('Mod', [x, b], shape, 'float32', { fmod: 1 })
  const remainder = truncated(a)
  const signsDiffer = binary('Xor', isNegative(remainder), isNegative(b), 'bool')
  return choose(signsDiffer, truncated(add(remainder, b)), remainder)
}

/** floor(a / b), a whole number also for floats. */
function floorDivide(a: Value, b: Value): Value {
  if (a.dtype === 'float32') return cast(unary('Floor', div(a, b)), 'int32')
  const shape = broadcastShape(a.shape, b.shape)
  return onIntegers(a, b, (x, y) => div(sub(x, node('Mod', [x, y], shape, 'int64')), y))
}

/** The angle of the point (x, y), from arctan(y / x) in the right half-plane. */
function angle(y: Value, x: Value): Value {
  const [zero, quarter, half] = [uniform(0, []), uniform(Math.PI / 2, []), uniform(Math.PI, [])]
  const slope = unary('Atan', div(y, x))
  const left = add(slope, choose(isNegative(y), unary('Neg', half), half))
  const upright = mul(unary('Sign', y), quarter)
  const besideAxis = choose(isNegative(x), left, slope)
  return choose(binary('Equal', x, zero, 'bool'), upright, besideAxis)
}

export const arithmetic: KernelTable = {
  Add: onNumbers(add),
  Sub: onNumbers(sub),
  Multiply: onNumbers(mul),
  RealDiv: ({ a, b }) => cast(div(cast(a, 'float32'), cast(b, 'float32')), a.dtype),
  FloorDiv: ({ a, b }) => floorDivide(a, b),
  Mod: ({ a, b }) => floorModulo(a, b),
  Pow: ({ a, b }) => binary('Pow', a, b),
  Maximum: onNumbers((a, b) => binary('Max', a, b)),
  Minimum: onNumbers((a, b) => binary('Min', a, b)),
  SquaredDifference: onNumbers((a, b) => {
    const difference = sub(a, b)
    return mul(difference, difference)
  }),
  Atan2: ({ a, b }) => inType('float32', a, (y) => angle(y, cast(b, 'float32'))),
  AddN: (inputs) => inputList(inputs).reduce(add),
}
