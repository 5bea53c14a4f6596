/** Arithmetic and functions of one number. */
import type * as tf from '@tensorflow/tfjs-core'
import { add, binary, cast, div, inType, mul, node, sub, unary, uniform } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import { inputList, type KernelRule, type KernelTable } from './rule.js'

const onFloats =
  (op: string): KernelRule =>
  ({ x }) =>
    inType('float32', x, (v) => unary(op, v))

/** Kernels whose ONNX operator has another meaning for nothing: same name, same numbers. */
const sameName = [
  'Neg',
  'Exp',
  'Log',
  'Sqrt',
  'Sigmoid',
  'Tanh',
  'Relu',
  'Abs',
  'Sign',
  'Reciprocal',
  'Erf',
  'Floor',
  'Ceil',
  'Round',
  'Sin',
  'Cos',
  'Tan',
  'Asin',
  'Acos',
  'Atan',
  'Sinh',
  'Cosh',
  'Asinh',
  'Acosh',
  'Atanh',
  'Softplus',
  'Elu',
] as const

/** floor(a / b), which for integers ONNX's truncating division is not. */
function floorDivide(a: Value, b: Value): Value {
  const quotient = unary('Floor', div(cast(a, 'float32'), cast(b, 'float32')))
  return cast(quotient, a.dtype)
}

/** a − floor(a / b)·b: the remainder has the sign of the divisor. */
function floorModulo(a: Value, b: Value): Value {
  return sub(a, mul(floorDivide(a, b), b))
}

function step(x: Value, alpha: number): Value {
  const positive = cast(binary('Greater', x, uniform(0, [], x.dtype), 'bool'), x.dtype)
  return alpha === 0
    ? positive
    : add(positive, mul(sub(uniform(1, [], x.dtype), positive), uniform(alpha, [], x.dtype)))
}

export const elementwise: KernelTable = {
  ...Object.fromEntries(sameName.map((name) => [name, onFloats(name)])),
  Add: ({ a, b }) => add(a, b),
  AddV2: ({ a, b }) => add(a, b),
  Sub: ({ a, b }) => sub(a, b),
  Multiply: ({ a, b }) => mul(a, b),
  RealDiv: ({ a, b }) => div(a, b),
  FloorDiv: ({ a, b }) => floorDivide(a, b),
  Mod: ({ a, b }) => floorModulo(a, b),
  Pow: ({ a, b }) => binary('Pow', a, b),
  Maximum: ({ a, b }) => binary('Max', a, b),
  Minimum: ({ a, b }) => binary('Min', a, b),
  SquaredDifference: ({ a, b }) => {
    const difference = sub(a, b)
    return mul(difference, difference)
  },
  AddN: (inputs) => inputList(inputs).reduce(add),
  Square: ({ x }) => mul(x, x),
  Rsqrt: ({ x }) => unary('Reciprocal', unary('Sqrt', x)),
  Expm1: ({ x }) => sub(unary('Exp', x), uniform(1, [])),
  Log1p: ({ x }) => unary('Log', add(x, uniform(1, []))),
  Step: ({ x }, { alpha = 0 }: Partial<tf.StepAttrs>) => step(x, alpha),
  Relu6: ({ x }) => node('Clip', [x, uniform(0, [], x.dtype), uniform(6, [], x.dtype)], x.shape, x.dtype),
  LeakyRelu: ({ x }, { alpha }: tf.LeakyReluAttrs) => unary('LeakyRelu', x, { alpha: { float: alpha } }),
  Prelu: ({ x, alpha }) => binary('PRelu', x, alpha),
  Selu: ({ x }) => unary('Selu', x),
  EluGrad: ({ dy, y }) => {
    const slope = add(binary('Min', y, uniform(0, [])), uniform(1, []))
    return mul(dy, slope)
  },
  ClipByValue: ({ x }, { clipValueMin, clipValueMax }: tf.ClipByValueAttrs) =>
    node(
      'Clip',
      [x, uniform(clipValueMin, [], x.dtype), uniform(clipValueMax, [], x.dtype)],
      x.shape,
      x.dtype,
    ),
  Identity: ({ x }) => x,
  Cast: ({ x }, { dtype }: tf.CastAttrs) => cast(x, dtype as 'float32' | 'int32' | 'bool'),
  ZerosLike: ({ x }) => uniform(0, x.shape, x.dtype),
  OnesLike: ({ x }) => uniform(1, x.shape, x.dtype),
  Fill: (_, { shape, value, dtype }: tf.FillAttrs) =>
    uniform(Number(value), shape, (dtype ?? 'float32') as 'float32' | 'int32' | 'bool'),
}
