import fc from 'fast-check'
import type { NdArray } from '../../../src/engine/nd-array.js'
import { binary, filled, numbers, shapes, tensors } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

const ofNumbers = binary({ dtypes: ['float32', 'int32', 'bool'] })
const ofBooleans = binary({ dtypes: ['bool'] })

const special: KernelCase = {
  draw: fc
    .oneof(
      tensors({
        values: fc.oneof(
          fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
          numbers(),
        ),
      }),
      tensors({ dtype: 'int32' }),
    )
    .map((x) => ({ inputs: { x } })),
}

export const comparison: KernelCases = {
  Equal: ofNumbers,
  NotEqual: ofNumbers,
  Greater: ofNumbers,
  GreaterEqual: ofNumbers,
  Less: ofNumbers,
  LessEqual: ofNumbers,
  LogicalAnd: ofBooleans,
  LogicalOr: ofBooleans,
  LogicalNot: { draw: tensors({ dtype: 'bool' }).map((x) => ({ inputs: { x } })) },
  IsNan: special,
  IsInf: special,
  IsFinite: special,
  Select: {
    draw: fc
      .tuple(shapes(), fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const))
      .chain(([shape, dtype]) =>
        fc.record({
          inputs: fc.record<Record<string, NdArray>>({
            condition: filled(shape, 'bool'),
            t: filled(shape, dtype),
            e: filled(shape, dtype),
          }),
        }),
      ),
  },
}
