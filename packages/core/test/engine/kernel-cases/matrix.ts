import fc from 'fast-check'
import type { NdArray } from '../../../src/engine/nd-array.js'
import { broadcastShapes, filled, shapes } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

const size = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(0) },
)
const dtypes = fc.constantFrom('float32' as const, 'float32' as const, 'int32' as const)

interface Operands {
  a: number[]
  b: number[]
  result: number[]
  transposeA: boolean
  transposeB: boolean
}

/** Shapes of factors that fit, with or without batch axes. */
const operands = (batch: fc.Arbitrary<number[][]>): fc.Arbitrary<Operands> =>
  fc
    .tuple(batch, size, size, size, fc.boolean(), fc.boolean())
    .map(([[left = [], right = []], rows, inner, columns, transposeA, transposeB]) => ({
      a: [...left, ...(transposeA ? [inner, rows] : [rows, inner])],
      b: [...right, ...(transposeB ? [columns, inner] : [inner, columns])],
      result: [...(left.length > right.length ? left : right), rows, columns],
      transposeA,
      transposeB,
    }))

const batchMatMul = (batch: fc.Arbitrary<number[][]>): KernelCase => ({
  draw: fc.tuple(operands(batch), dtypes).chain(([{ a, b, transposeA, transposeB }, dtype]) =>
    fc.record({
      inputs: fc.record({ a: filled(a, dtype), b: filled(b, dtype) }),
      attrs: fc.constant({ transposeA, transposeB }),
    }),
  ),
})

const twice = (shape: number[]) => [shape, shape]

const fused: KernelCase = {
  draw: fc
    .tuple(
      operands(shapes({ maxRank: 1, minSize: 1 }).map(twice)),
      fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'),
      fc.boolean(),
    )
    .chain(([{ a, b, result, transposeA, transposeB }, activation, withBias]) => {
      const inputs: Record<string, fc.Arbitrary<NdArray>> = { a: filled(a), b: filled(b) }
      const channels = result.slice(-1)
      if (withBias) inputs.bias = filled(channels)
      if (activation === 'prelu') inputs.preluActivationWeights = filled(channels)
      return fc.record({
        inputs: fc.record(inputs),
        attrs: fc.constant({ transposeA, transposeB, activation, leakyreluAlpha: 0.3 }),
      })
    }),
}

const sizes: Record<string, number> = { b: 2, i: 3, j: 4, k: 1 }

const einsum: KernelCase = {
  draw: fc
    .constantFrom('ij,jk->ik', 'bij, bjk -> bik', 'i,j->ij', 'bi,bi->b', 'ij->ji', 'ij->', 'bij->bji')
    .chain((equation) => {
      const terms = (equation.split('->')[0] as string).replaceAll(' ', '').split(',')
      const tensors = terms.map((term) => filled([...term].map((letter) => sizes[letter] as number)))
      return fc.record({ inputs: fc.tuple(...tensors), attrs: fc.constant({ equation }) })
    }),
}

export const matrix: KernelCases = {
  BatchMatMul: batchMatMul(shapes({ maxRank: 2, minSize: 1 }).map(twice)),
  'BatchMatMul, broadcasting': {
    ...batchMatMul(broadcastShapes(2, { maxRank: 2, minSize: 1 })),
    kernel: 'BatchMatMul',
    withoutGradient: 'TensorFlow.js does not sum it over the axes that were broadcast',
  },
  _FusedMatMul: fused,
  Einsum: einsum,
}
