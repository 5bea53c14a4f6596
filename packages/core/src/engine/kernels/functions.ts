/** Functions of one number. */
import type * as tf from '@tensorflow/tfjs-core'
import { add, binary, cast, div, inType, mul, node, sub, unary, uniform } from '../trace/algebra.js'
import type { Value, ValueType } from '../trace/ir.js'
import { choose } from './logic.js'
import type { KernelRule, KernelTable } from './rule.js'

const onFloats =
  (op: string): KernelRule =>
  ({ x }) =>
    inType('float32', x, (v) => unary(op, v))

/** Kernels that are one ONNX operator, of the same name, on floats. */
const sameName = [
  'Exp',
  'Log',
  'Sqrt',
  'Reciprocal',
  'Erf',
  'Sin',
  'Cos',
  'Tan',
  'Asin',
  'Acos',
  'Atan',
  'Sinh',
  'Cosh',
  'Tanh',
  'Asinh',
  'Acosh',
  'Atanh',
  'Sigmoid',
  'Softplus',
] as const

/** Whole numbers keep all their digits. */
const onAllNumbers =
  (op: string): KernelRule =>
  ({ x }) =>
    x.dtype === 'bool' ? inType('int32', x, (v) => unary(op, v)) : unary(op, x)

const rounding =
  (op: string): KernelRule =>
  ({ x }) =>
    x.dtype === 'float32' ? unary(op, x) : x

/** eˣ − 1, for small x from tanh(x/2) so that no digits are lost: eˣ − 1 = 2t / (1 − t). */
function expMinusOne(x: Value): Value {
  const t = unary('Tanh', mul(x, uniform(0.5, [])))
  const near = div(mul(t, uniform(2, [])), sub(uniform(1, []), t))
  const far = sub(unary('Exp', x), uniform(1, []))
  return choose(binary('Less', unary('Abs', x), uniform(0.5, []), 'bool'), near, far)
}

/** log(1 + x); for small x the rounding of u = 1 + x is taken back: log(u)·x / (u − 1). */
function logOfOnePlus(x: Value): Value {
  const one = uniform(1, [])
  const u = add(x, one)
  const log = unary('Log', u)
  const excess = sub(u, one)
  const nothingAdded = binary('Equal', excess, uniform(0, []), 'bool')
  const isSmall = binary('Less', unary('Abs', x), uniform(0.5, []), 'bool')
  return choose(nothingAdded, x, choose(isSmall, div(mul(log, x), excess), log))
}

function step(x: Value, alpha: number): Value {
  const positive = cast(binary('Greater', x, uniform(0, [], x.dtype), 'bool'), x.dtype)
  return alpha === 0
    ? positive
    : add(positive, mul(sub(uniform(1, [], x.dtype), positive), uniform(alpha, [], x.dtype)))
}

/** A limit that may be infinite, as a number of the type that it limits. */
function limit(value: number, dtype: ValueType): Value {
  const inRange = dtype === 'float32' ? value : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(value)))
  return uniform(inRange, [], dtype)
}

export function clip(x: Value, low: number, high: number): Value {
  return node('Clip', [x, limit(low, x.dtype), limit(high, x.dtype)], x.shape, x.dtype)
}

export const functions: KernelTable = {
  ...Object.fromEntries(sameName.map((name) => [name, onFloats(name)])),
  Neg: onAllNumbers('Neg'),
  Abs: onAllNumbers('Abs'),
  Sign: onAllNumbers('Sign'),
  Floor: rounding('Floor'),
  Ceil: rounding('Ceil'),
  Round: rounding('Round'),
  Square: ({ x }) => mul(x, x),
  Rsqrt: ({ x }) => inType('float32', x, (v) => unary('Reciprocal', unary('Sqrt', v))),
  Expm1: ({ x }) => inType('float32', x, expMinusOne),
  Log1p: ({ x }) => inType('float32', x, logOfOnePlus),
  Step: ({ x }, { alpha = 0 }: Partial<tf.StepAttrs>) => step(x, alpha),
  ClipByValue: ({ x }, { clipValueMin, clipValueMax }: tf.ClipByValueAttrs) =>
    clip(x, clipValueMin, clipValueMax),
}
