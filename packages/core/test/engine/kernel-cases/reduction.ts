import fc from 'fast-check'
import type { DType } from '../../../src/engine/nd-array.js'
import { axesOf, axisOf, integers, numbers, tensors } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

interface ReduceOptions extends Omit<KernelCase, 'draw'> {
  dtypes?: DType[]
  /** The attribute's name. */
  axes?: string
  minSize?: 0 | 1
}

function reduce({
  dtypes = ['float32', 'int32', 'bool'],
  axes = 'axis',
  minSize = 0,
  ...rest
}: ReduceOptions = {}): KernelCase {
  const draw = fc
    .constantFrom(...dtypes)
    .chain((dtype) => tensors({ dtype, minSize }))
    .chain((x) =>
      fc.record({
        inputs: fc.constant({ x }),
        attrs: fc.record({ [axes]: axesOf(x.shape.length), keepDims: fc.boolean() }),
      }),
    )
  return { draw, ...rest }
}

/** Along one axis of tensors whose entries often tie. */
function argument(): KernelCase {
  const x = fc
    .constantFrom('float32' as const, 'int32' as const)
    .chain((dtype) => tensors({ dtype, minRank: 1, minSize: 1, values: integers(0, 2) }))
  return { draw: x.chain((x) => fc.record({ inputs: fc.constant({ x }), attrs: axis(x.shape.length) })) }
}

const axis = (rank: number) => fc.record({ axis: axisOf(rank) })

const softmax: KernelCase = {
  draw: tensors({ minRank: 1, minSize: 1, values: numbers(-20, 20) }).map((logits) => ({
    inputs: { logits },
    attrs: { dim: logits.shape.length - 1 },
  })),
}

function running(
  axisOf: (rank: number) => fc.Arbitrary<number>,
  options: Partial<KernelCase> = {},
): KernelCase {
  const x = fc
    .constantFrom('float32' as const, 'int32' as const)
    .chain((dtype) => tensors({ dtype, minRank: 1, minSize: 1, maxSize: 5 }))
  const draw = x.chain((x) =>
    fc.record({
      inputs: fc.constant({ x }),
      attrs: fc.record({
        axis: axisOf(x.shape.length),
        exclusive: fc.boolean(),
        reverse: fc.boolean(),
      }),
    }),
  )
  return { draw, tolerance: 1e-4, ...options }
}

const lastAxis = (rank: number) => fc.constant(rank - 1)
const anyAxis = (rank: number) => fc.nat({ max: rank - 1 })

const extreme: ReduceOptions = { axes: 'reductionIndices', dtypes: ['float32', 'int32'], minSize: 1 }

export const reduction: KernelCases = {
  Sum: reduce(),
  Prod: reduce({ tolerance: 1e-4, withoutGradient: 'TensorFlow.js needs its chained operations for it' }),
  Mean: reduce({ minSize: 1 }),
  Max: reduce(extreme),
  Min: reduce({ ...extreme, axes: 'axis' }),
  Any: reduce({ dtypes: ['bool'], minSize: 1 }),
  All: reduce({ dtypes: ['bool'], minSize: 1 }),
  ArgMax: argument(),
  ArgMin: argument(),
  Softmax: softmax,
  Cumsum: running(lastAxis),
  'Cumsum, along any axis': running(anyAxis, {
    kernel: 'Cumsum',
    withoutGradient: 'TensorFlow.js transposes it once too often',
  }),
  Cumprod: running(anyAxis),
}
