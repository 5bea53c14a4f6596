import fc from 'fast-check'
import type { DType } from '../../../src/engine/nd-array.js'
import { filled, integers, shapes } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

const numeric = fc.constantFrom<DType>('float32', 'int32')

const scatterNd: KernelCase = {
  draw: fc.tuple(shapes({ minRank: 1, maxRank: 3, minSize: 1 }), numeric).chain(([shape, dtype]) =>
    fc
      .tuple(fc.integer({ min: 1, max: shape.length }), fc.integer({ min: 1, max: 4 }))
      .chain(([depth, count]) =>
        fc.record({
          inputs: fc.record({
            indices: filled([count, depth], 'int32', integers(0, Math.min(...shape) - 1)),
            updates: filled([count, ...shape.slice(depth)], dtype),
          }),
          attrs: fc.constant({ shape }),
        }),
      ),
  ),
}

/** Some rows of a tensor, each at most once. */
const distinctRows = (rows: number) =>
  fc.subarray(
    Array.from({ length: rows }, (_, i) => i),
    { minLength: 1 },
  )

const tensorScatterUpdate: KernelCase = {
  draw: fc.tuple(shapes({ minRank: 1, maxRank: 3, minSize: 1 }), numeric).chain(([shape, dtype]) =>
    distinctRows(shape[0] as number).chain((rows) =>
      fc.record({
        inputs: fc.record({
          tensor: filled(shape, dtype),
          indices: filled([rows.length, 1], 'int32', integers(0, 0)).map((indices) => {
            indices.data.set(rows)
            return indices
          }),
          updates: filled([rows.length, ...shape.slice(1)], dtype),
        }),
      }),
    ),
  ),
}

const sparseToDense: KernelCase = {
  draw: fc
    .tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom<DType>('float32', 'int32', 'bool'),
      fc.boolean(),
      fc.boolean(),
    )
    .chain(([length, dtype, asTuples, oneValue]) =>
      distinctRows(length).chain((rows) =>
        fc.record({
          inputs: fc.record({
            sparseIndices: filled(asTuples ? [rows.length, 1] : [rows.length], 'int32').map((indices) => {
              indices.data.set(rows)
              return indices
            }),
            sparseValues: filled(oneValue ? [] : [rows.length], dtype),
            defaultValue: filled([], dtype),
          }),
          attrs: fc.constant({ outputShape: [length] }),
        }),
      ),
    ),
}

const segments: KernelCase = {
  draw: fc
    .tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 4 }), shapes({ maxRank: 2 }))
    .chain(([rows, numSegments, inner]) =>
      fc.record({
        inputs: fc.record({
          x: filled([rows, ...inner]),
          segmentIds: filled([rows], 'int32', integers(0, numSegments - 1)),
        }),
        attrs: fc.constant({ numSegments }),
      }),
    ),
}

function counts(shape: fc.Arbitrary<number[]>, attrs: (size: number) => Record<string, unknown>): KernelCase {
  const draw = fc
    .tuple(shape, fc.integer({ min: 1, max: 5 }), fc.boolean(), numeric)
    .chain(([shape, size, weighted, dtype]) =>
      fc.record({
        inputs: fc.record({
          x: filled(shape, 'int32', integers(0, 6)),
          weights: filled(weighted ? shape : [0], dtype),
        }),
        attrs: fc.constant(attrs(size)),
      }),
    )
  return { draw }
}

const vector = fc.nat({ max: 6 }).map((length) => [length])
const table = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 4 }))
  .map(([rows, columns]) => [rows, columns])

export const scattering: KernelCases = {
  ScatterNd: scatterNd,
  TensorScatterUpdate: tensorScatterUpdate,
  SparseToDense: sparseToDense,
  UnsortedSegmentSum: segments,
  Bincount: counts(vector, (size) => ({ size })),
  DenseBincount: counts(fc.oneof(vector, table), (size) => ({ size, binaryOutput: false })),
  'DenseBincount, binary': {
    ...counts(table, (size) => ({ size, binaryOutput: true })),
    kernel: 'DenseBincount',
  },
}
