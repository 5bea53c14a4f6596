import fc from 'fast-check'
import { binary, filled, integers, numbers, shapes } from './draw.js'
import type { KernelCases } from './kernel-case.js'

const nonZero = numbers().filter((value) => Math.abs(value) > 0.1)

/** TensorFlow.js forgets to sum some gradients over the axes that were broadcast. */
function withoutBroadcastGradient(kernel: string): KernelCases {
  return {
    [kernel]: binary({ sameShape: true }),
    [`${kernel}, broadcasting`]: binary({ kernel, withoutGradient: 'TensorFlow.js does not sum it' }),
  }
}

export const arithmetic: KernelCases = {
  Add: binary(),
  Sub: binary(),
  Multiply: binary(),
  RealDiv: binary({ dtypes: ['float32'], b: nonZero }),
  FloorDiv: binary({ dtypes: ['float32'], b: nonZero }),
  'FloorDiv, whole numbers': binary({ kernel: 'FloorDiv', dtypes: ['int32'] }),
  Mod: binary({ dtypes: ['float32'], b: nonZero, tolerance: 1e-4 }),
  'Mod, whole numbers': binary({ kernel: 'Mod', dtypes: ['int32'] }),
  Pow: binary({ a: fc.constantFrom(1, 2, 3), b: integers(0, 3) }),
  Atan2: binary({ dtypes: ['float32'] }),
  ...withoutBroadcastGradient('Maximum'),
  ...withoutBroadcastGradient('Minimum'),
  ...withoutBroadcastGradient('SquaredDifference'),
  AddN: {
    draw: fc
      .tuple(shapes(), fc.integer({ min: 1, max: 4 }), fc.constantFrom('float32' as const, 'int32' as const))
      .chain(([shape, count, dtype]) =>
        fc.array(filled(shape, dtype), { minLength: count, maxLength: count }).map((inputs) => ({ inputs })),
      ),
  },
}
