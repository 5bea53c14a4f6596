/** Reshaping, joining and cutting: what moves numbers without changing them. */
import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../nd-array.js'
import {
  broadcastTo,
  concat,
  expandShape,
  int64,
  node,
  reshape,
  slice,
  split,
  transpose,
  uniform,
} from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import { frontAxis, inputList, type KernelTable } from './rule.js'

/** Replaces one −1 by what is left over. */
function inferShape(shape: readonly number[], size: number): number[] {
  const known = shape.reduce((product, dimension) => (dimension === -1 ? product : product * dimension), 1)
  return shape.map((dimension) => (dimension === -1 ? size / known : dimension))
}

function splitSizes(sizes: number | number[], length: number): number[] {
  if (typeof sizes === 'number') return new Array<number>(sizes).fill(length / sizes)
  const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0)
  return sizes.map((size) => (size < 0 ? length - known : size))
}

function unstack(x: Value, axis: number): Value[] {
  const shape = x.shape.filter((_, i) => i !== axis)
  const ones = new Array<number>(x.shape[axis] as number).fill(1)
  return split(x, ones, axis).map((part) => reshape(part, shape))
}

export function pad(x: Value, paddings: readonly (readonly [number, number])[], constant: number): Value {
  const shape = x.shape.map((dimension, i) => dimension + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0))
  const amounts = int64([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)])
  return node('Pad', [x, amounts, uniform(constant, [], x.dtype)], shape, x.dtype)
}

function stridedSlice(x: Value, a: tf.StridedSliceAttrs): Value {
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  )
  if (info.finalShape.includes(0)) return uniform(0, info.finalShape, x.dtype)
  const axes = info.begin.map((_, i) => i)
  const shape = tf.slice_util.computeOutShape(info.begin, info.end, info.strides)
  // A negative stride may end before the first element, which ONNX writes as "one before −length".
  const ends = info.end.map((end, i) => (end < 0 ? end - (x.shape[i] as number) : end))
  const cut = node(
    'Slice',
    [x, int64(info.begin), int64(ends), int64(axes), int64(info.strides)],
    shape,
    x.dtype,
  )
  return reshape(cut, info.finalShape)
}

/** Turns the order along some axes around. */
export function flip(x: Value, dims: readonly number[]): Value {
  const axes = dims.map((axis) => frontAxis(axis, x.rank)).filter((axis) => (x.shape[axis] as number) > 1)
  if (axes.length === 0) return x
  const fill = (value: number) => int64(axes.map(() => value))
  return node('Slice', [x, fill(-1), fill(-(2 ** 31)), int64(axes), fill(-1)], x.shape, x.dtype)
}

function tile(x: Value, reps: readonly number[]): Value {
  const shape = x.shape.map((dimension, i) => dimension * (reps[i] as number))
  if (x.uniform !== undefined) return uniform(x.uniform, shape, x.dtype)
  if (x.shape.every((dimension, i) => dimension === 1 || reps[i] === 1)) return broadcastTo(x, shape)
  return node('Tile', [x, int64(reps)], shape, x.dtype)
}

/** Moves everything `by` places towards the end of an axis, and fills up with a number. */
export function shiftAlong(x: Value, axis: number, by: number, fill: number): Value {
  // ONNX Runtime's Pad gives anything where nothing of its input stays.
  if (by >= (x.shape[axis] as number)) return uniform(fill, x.shape, x.dtype)
  const amounts = (along: number) => x.shape.map((_, i) => (i === axis ? along : 0))
  return node(
    'Pad',
    [x, int64([...amounts(by), ...amounts(-by)]), uniform(fill, [], x.dtype)],
    x.shape,
    x.dtype,
  )
}

function mirrorPad(x: Value, { paddings, mode }: tf.MirrorPadAttrs): Value {
  if (mode === 'symmetric')
    return paddings.reduce((padded, amounts, axis) => mirror(padded, axis, amounts), x)
  const shape = x.shape.map((size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0))
  const amounts = int64([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)])
  return node('Pad', [x, amounts], shape, x.dtype, { mode })
}

/** Symmetric padding repeats the outermost entry, which ONNX's Pad cannot. */
function mirror(x: Value, axis: number, [before, after]: readonly [number, number]): Value {
  if (before === 0 && after === 0) return x
  const parts = [
    flip(cut(x, axis, 0, before), [axis]),
    x,
    flip(cut(x, axis, (x.shape[axis] as number) - after, after), [axis]),
  ]
  return concat(parts, axis)
}

/** `length` entries of an axis. */
function cut(x: Value, axis: number, from: number, length: number): Value {
  const begin = x.shape.map((_, i) => (i === axis ? from : 0))
  const size = x.shape.map((all, i) => (i === axis ? length : all))
  return slice(x, begin, size)
}

export const shaping: KernelTable = {
  Reshape: ({ x }, { shape }: tf.ReshapeAttrs) => reshape(x, inferShape(shape, sizeOf(x.shape))),
  ExpandDims: ({ input }, { dim }: tf.ExpandDimsAttrs) => reshape(input, expandShape(input.shape, dim)),
  Transpose: ({ x }, { perm }: tf.TransposeAttrs) => transpose(x, perm),
  Concat: (inputs, { axis }: tf.ConcatAttrs) => {
    const parts = inputList(inputs)
    return concat(parts, frontAxis(axis, parts[0]?.rank ?? 0))
  },
  Pack: (inputs, { axis }: tf.PackAttrs) => {
    const parts = inputList(inputs)
    const at = frontAxis(axis, (parts[0]?.rank ?? 0) + 1)
    return concat(
      parts.map((part) => reshape(part, expandShape(part.shape, at))),
      at,
    )
  },
  Unpack: ({ value }, { axis }: tf.UnpackAttrs) => unstack(value, frontAxis(axis, value.rank)),
  SplitV: ({ x }, { numOrSizeSplits, axis }: tf.SplitVAttrs) => {
    const at = frontAxis(axis, x.rank)
    return split(x, splitSizes(numOrSizeSplits, x.shape[at] as number), at)
  },
  Slice: ({ x }, { begin, size }: tf.SliceAttrs) => {
    // Both may be shorter than the shape, or one number: what they leave out is taken as a whole.
    const [starts, sizes] = tf.slice_util.parseSliceParams(x as unknown as tf.TensorInfo, begin, size)
    return slice(x, starts as number[], sizes as number[])
  },
  StridedSlice: ({ x }, attributes: tf.StridedSliceAttrs) => stridedSlice(x, attributes),
  PadV2: ({ x }, { paddings, constantValue = 0 }: tf.PadV2Attrs) => pad(x, paddings, constantValue),
  MirrorPad: ({ x }, attributes: tf.MirrorPadAttrs) => mirrorPad(x, attributes),
  Tile: ({ x }, { reps }: tf.TileAttrs) => tile(x, reps),
  FlipLeftRight: ({ image }) => flip(image, [2]),
  Reverse: ({ x }, { dims }: tf.ReverseAttrs) => flip(x, [dims].flat()),
}
