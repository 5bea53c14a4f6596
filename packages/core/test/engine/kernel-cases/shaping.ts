import fc from 'fast-check'
import type { DType, NdArray } from '../../../src/engine/nd-array.js'
import { axisOf, filled, type ShapeOptions, shapes, tensors } from './draw.js'
import type { KernelCase, KernelCases } from './kernel-case.js'

const dtypes = fc.constantFrom<DType>('float32', 'int32', 'bool')

/** One tensor of any type, and attributes that depend on its shape. */
function withAttributes(
  attributes: (shape: readonly number[]) => fc.Arbitrary<Record<string, unknown>>,
  options: ShapeOptions = {},
  input = 'x',
): KernelCase {
  const draw = dtypes
    .chain((dtype) => tensors({ dtype, ...options }))
    .chain((x) => fc.record({ inputs: fc.constant({ [input]: x }), attrs: attributes(x.shape) }))
  return { draw }
}

function permutation(rank: number): fc.Arbitrary<number[]> {
  const axes = Array.from({ length: rank }, (_, i) => i)
  return fc.shuffledSubarray(axes, { minLength: rank, maxLength: rank })
}

const each = <T>(shape: readonly number[], draw: (size: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.tuple(...shape.map(draw))

const reshaped = (shape: readonly number[]) =>
  fc.constantFrom<readonly number[]>(
    [shape.reduce((a, b) => a * b, 1)],
    [1, ...shape, 1],
    shape.filter((size) => size !== 1),
    ...(shape.includes(0) ? [] : [[-1], [...shape.slice(0, -1), -1, 1]]),
  )

/** Several tensors that differ along one axis only. */
const joined: KernelCase = {
  draw: fc
    .tuple(shapes({ minRank: 1 }), dtypes, fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }))
    .chain(([shape, dtype, lengths]) =>
      axisOf(shape.length).chain((axis) => {
        const at = axis < 0 ? axis + shape.length : axis
        const parts = lengths.map((length) => filled(shape.with(at, length), dtype))
        return fc.record({
          inputs: fc.tuple(...parts) as fc.Arbitrary<NdArray[]>,
          attrs: fc.constant({ axis: at }),
        })
      }),
    ),
}

const stacked: KernelCase = {
  draw: fc
    .tuple(shapes({ maxRank: 3 }), dtypes, fc.integer({ min: 1, max: 3 }))
    .chain(([shape, dtype, count]) =>
      fc.record({
        inputs: fc.array(filled(shape, dtype), { minLength: count, maxLength: count }),
        attrs: fc.record({ axis: fc.nat({ max: shape.length }) }),
      }),
    ),
}

const splits = (shape: readonly number[]) =>
  fc.nat({ max: shape.length - 1 }).chain((axis) => {
    const length = shape[axis] as number
    const uneven = fc.nat({ max: length }).map((first) => [first, length - first])
    const inferred = fc.nat({ max: length }).map((first) => [first, -1])
    return fc.record({
      axis: fc.constant(axis),
      numOrSizeSplits: fc.oneof(fc.constant(length), fc.constant(1), uneven, inferred),
    })
  })

const window = (shape: readonly number[]) =>
  each(shape, (size) =>
    fc
      .nat({ max: size })
      .chain((begin) =>
        fc.tuple(fc.constant(begin), fc.oneof(fc.nat({ max: size - begin }), fc.constant(-1))),
      ),
  ).map((parts) => ({ begin: parts.map(([begin]) => begin), size: parts.map(([, size]) => size) }))

/** Of the first axes only, or one number for the first: the others are taken as a whole. */
const shortWindow = (shape: readonly number[]) =>
  fc.nat({ max: shape.length }).chain((length) =>
    window(shape.slice(0, length)).map((attrs) => {
      const [begin, size] = [attrs.begin[0], attrs.size[0]]
      return length === 1 ? { begin, size } : attrs
    }),
  )

const mask = fc.nat({ max: 15 })

const strided = (shape: readonly number[]) =>
  fc
    .tuple(
      each(shape, (size) =>
        fc.tuple(
          fc.integer({ min: -size, max: size }),
          fc.integer({ min: -size, max: size }),
          fc.constantFrom(1, 2, -1, -2),
        ),
      ),
      mask,
      mask,
      fc.nat({ max: 3 }),
    )
    .map(([parts, beginMask, endMask, newAxisMask]) => ({
      begin: parts.map(([begin]) => begin),
      end: parts.map(([, end]) => end),
      strides: parts.map(([, , stride]) => stride),
      beginMask,
      endMask,
      ellipsisMask: 0,
      newAxisMask,
      shrinkAxisMask: 0,
    }))

const amounts = (shape: readonly number[], most: (size: number) => number) =>
  each(shape, (size) => fc.tuple(fc.nat({ max: most(size) }), fc.nat({ max: most(size) })))

export const shaping: KernelCases = {
  Reshape: withAttributes((shape) => reshaped(shape).map((to) => ({ shape: [...to] }))),
  ExpandDims: withAttributes((shape) => fc.record({ dim: axisOf(shape.length + 1) }), {}, 'input'),
  Transpose: withAttributes((shape) => fc.record({ perm: permutation(shape.length) })),
  Concat: joined,
  Pack: stacked,
  Unpack: withAttributes(
    (shape) => fc.record({ axis: axisOf(shape.length) }),
    { minRank: 1, minSize: 1 },
    'value',
  ),
  SplitV: withAttributes(splits, { minRank: 1, minSize: 1 }),
  Slice: withAttributes(window),
  'Slice, shorter': { ...withAttributes(shortWindow, { minRank: 1 }), kernel: 'Slice', runs: 20 },
  StridedSlice: withAttributes(strided, { minRank: 1, minSize: 1 }),
  PadV2: withAttributes((shape) =>
    fc.record({ paddings: amounts(shape, () => 2), constantValue: fc.constantFrom(0, 1) }),
  ),
  MirrorPad: withAttributes(
    (shape) =>
      fc.constantFrom('reflect', 'symmetric').chain((mode) =>
        fc.record({
          mode: fc.constant(mode),
          paddings: amounts(shape, (size) => (mode === 'reflect' ? size - 1 : size)),
        }),
      ),
    { minRank: 1, minSize: 1 },
  ),
  Tile: withAttributes((shape) => fc.record({ reps: each(shape, () => fc.nat({ max: 3 })) }), { minRank: 1 }),
  FlipLeftRight: withAttributes(() => fc.constant({}), { minRank: 4, maxRank: 4 }, 'image'),
  Reverse: withAttributes((shape) => {
    const axes = shape.map((_, i) => i)
    return fc.record({ dims: fc.subarray(axes) })
  }),
}
