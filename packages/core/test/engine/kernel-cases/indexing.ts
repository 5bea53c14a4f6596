import fc from 'fast-check'
import { axisOf, filled, integers, shapes, tensors } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

const gather: KernelCase = {
  draw: tensors({ minRank: 1, minSize: 1 })
    .chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape.length), shapes({ maxRank: 2 })))
    .chain(([x, axis, shape]) => {
      const length = x.shape.at(axis) as number
      return fc.record({
        inputs: fc.record({ x: fc.constant(x), indices: filled(shape, 'int32', integers(0, length - 1)) }),
        attrs: fc.constant({ axis, batchDims: 0 }),
      })
    }),
}

/** batchDims leading axes in common, then possibly others before the one that is looked along. */
const gatherInBatches: KernelCase = {
  draw: fc
    .tuple(shapes({ minRank: 2, maxRank: 4, minSize: 1 }), fc.boolean(), shapes({ maxRank: 2, minSize: 1 }))
    .chain(([shape, two, tail]) => {
      const batchDims = two && shape.length > 2 ? 2 : 1
      return fc.integer({ min: batchDims, max: shape.length - 1 }).chain((axis) =>
        fc.record({
          inputs: fc.record({
            x: filled(shape),
            indices: filled(
              [...shape.slice(0, batchDims), ...tail],
              'int32',
              integers(0, (shape[axis] as number) - 1),
            ),
          }),
          attrs: fc.constant({ axis, batchDims }),
        }),
      )
    }),
}

const gatherNd: KernelCase = {
  draw: fc
    .tuple(
      shapes({ minRank: 1, maxRank: 3, minSize: 1 }),
      fc.constantFrom('float32' as const, 'int32' as const),
    )
    .chain(([shape, dtype]) =>
      fc
        .tuple(fc.integer({ min: 1, max: shape.length }), shapes({ maxRank: 2, minRank: 1, minSize: 1 }))
        .chain(([depth, rows]) =>
          fc.record({
            inputs: fc.record({
              params: filled(shape, dtype),
              indices: filled([...rows, depth], 'int32', integers(0, Math.min(...shape) - 1)),
            }),
          }),
        ),
    ),
}

const oneHot: KernelCase = {
  draw: fc.record({
    inputs: fc.record({ indices: tensors({ dtype: 'int32', maxRank: 3, values: integers(-2, 5) }) }),
    attrs: fc.record({
      depth: fc.integer({ min: 1, max: 4 }),
      onValue: fc.constantFrom(1, 0.9),
      offValue: fc.constantFrom(0, 0.1),
      dtype: fc.constantFrom('float32'),
    }),
  }),
}

const topK: KernelCase = {
  draw: tensors({ minRank: 1, minSize: 1, maxSize: 5, values: integers(0, 3) }).chain((x) =>
    fc.record({
      inputs: fc.constant({ x }),
      attrs: fc.record({ k: fc.nat({ max: x.shape.at(-1) as number }), sorted: fc.constant(true) }),
    }),
  ),
}

export const indexing: KernelCases = {
  GatherV2: gather,
  'GatherV2 in batches': {
    ...gatherInBatches,
    kernel: 'GatherV2',
    withoutGradient: 'TensorFlow.js has none',
  },
  GatherNd: gatherNd,
  OneHot: oneHot,
  TopK: topK,
}
