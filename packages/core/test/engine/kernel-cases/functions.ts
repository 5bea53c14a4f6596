import fc from 'fast-check'
import { numbers, tensors, unary } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

/** Floats and whole numbers. */
function onBoth(attrs?: fc.Arbitrary<Record<string, unknown>>): KernelCase {
  const x = fc.constantFrom('float32' as const, 'int32' as const).chain((dtype) => tensors({ dtype }))
  return { draw: fc.record({ inputs: fc.record({ x }), attrs: attrs ?? fc.constant({}) }) }
}

const insideOne = numbers(-0.95, 0.95)
const large = numbers(1.1, 5)
const positive = numbers(0.1, 5)

export const functions: KernelCases = {
  Neg: onBoth(),
  Abs: onBoth(),
  Sign: onBoth(),
  Floor: onBoth(),
  Ceil: onBoth(),
  Round: onBoth(),
  Square: onBoth(),
  Step: onBoth(fc.record({ alpha: fc.constantFrom(0, 2) })),
  ClipByValue: onBoth(
    fc.constantFrom(
      { clipValueMin: -1, clipValueMax: 1 },
      { clipValueMin: 0, clipValueMax: Number.POSITIVE_INFINITY },
      { clipValueMin: Number.NEGATIVE_INFINITY, clipValueMax: 2 },
    ),
  ),
  Exp: unary(),
  Expm1: unary({ values: fc.oneof(numbers(), numbers(-0.001, 0.001)), tolerance: 1e-6 }),
  Log: unary({ values: positive }),
  Log1p: unary({ values: fc.oneof(numbers(-0.9, 5), numbers(-0.001, 0.001)), tolerance: 1e-6 }),
  Sqrt: unary({ values: positive }),
  Rsqrt: unary({ values: positive }),
  Reciprocal: unary({ values: positive }),
  Erf: unary(),
  Sin: unary(),
  Cos: unary(),
  Tan: unary({ values: numbers(-1.4, 1.4), tolerance: 1e-4 }),
  Asin: unary({ values: insideOne }),
  Acos: unary({ values: insideOne }),
  Atan: unary(),
  Sinh: unary(),
  Cosh: unary(),
  Tanh: unary(),
  Asinh: unary(),
  Acosh: unary({ values: large }),
  Atanh: unary({ values: insideOne, tolerance: 1e-4 }),
  Sigmoid: unary(),
  Softplus: unary(),
}
