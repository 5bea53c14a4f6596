import fc from 'fast-check'
import { integers, numbers, shapes, tensors } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

const dtype = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const)
const anyTensor = dtype.chain((type) => tensors({ dtype: type })).map((x) => ({ inputs: { x } }))

function fromAttributes(attrs: fc.Arbitrary<Record<string, unknown>>): KernelCase {
  return { draw: fc.record({ inputs: fc.constant({}), attrs }) }
}

export const making: KernelCases = {
  Identity: { draw: anyTensor },
  ZerosLike: { draw: anyTensor },
  OnesLike: { draw: anyTensor },
  Cast: {
    draw: fc
      .tuple(dtype, dtype)
      .chain(([from, to]) =>
        fc.record({ inputs: fc.record({ x: tensors({ dtype: from }) }), attrs: fc.constant({ dtype: to }) }),
      ),
  },
  Fill: fromAttributes(
    fc.record({ shape: shapes(), value: integers(0, 1), dtype: fc.constantFrom('float32', 'int32', 'bool') }),
  ),
  Range: fromAttributes(
    fc.oneof(
      fc.record({
        start: integers(),
        stop: integers(),
        step: fc.constantFrom(1, 2),
        dtype: fc.constant('int32'),
      }),
      fc.record({
        start: numbers(),
        stop: numbers(4, 6),
        step: fc.constantFrom(0.1, 0.5),
        dtype: fc.constantFrom('float32', 'int32'),
      }),
    ),
  ),
  LinSpace: fromAttributes(
    fc.record({ start: numbers(), stop: numbers(), num: fc.integer({ min: 2, max: 9 }) }),
  ),
}
