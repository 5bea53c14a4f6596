/**
 * Operations on graph values, with the small simplifications that make gradients cheap: TensorFlow.js gradients are
 * full of additions of zero, products with one and reshapes to the same shape. Kernels and scan are written on these.
 */
import { ShapeError } from '../../errors.js'
import { currentBuilder } from './current-builder.js'
import { type Attribute, sameShape, type Value, type ValueType } from './ir.js'

export const onnxType: Record<ValueType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, int8: 3 }

export function uniform(value: number, shape: readonly number[], dtype: ValueType = 'float32'): Value {
  return currentBuilder().uniform(value, shape, dtype)
}

export function int64(values: readonly number[]): Value {
  return currentBuilder().int64(values)
}

/** One node with one output. */
export function node(
  op: string,
  inputs: Value[],
  shape: readonly number[],
  dtype: ValueType,
  attributes: Record<string, Attribute> = {},
): Value {
  return currentBuilder().one(op, inputs, shape, dtype, attributes)
}

/** NumPy's rule, as TensorFlow.js and ONNX have it. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1
    const y = b[b.length - rank + i] ?? 1
    if (x !== y && x !== 1 && y !== 1)
      throw new ShapeError({ expected: 'shapes that broadcast', received: `[${a}] and [${b}]` })
    return x === 1 ? y : x
  })
}

export type Arithmetic = 'Add' | 'Sub' | 'Mul' | 'Div'

const fold: Record<Arithmetic, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
}

/** a op b where one of them is a neutral or absorbing constant: the value it simplifies to, else null. */
function simplify(op: Arithmetic, a: Value, b: Value, shape: readonly number[]): Value | null {
  if (a.uniform !== undefined && b.uniform !== undefined && a.dtype === 'float32')
    return uniform(Math.fround(fold[op](a.uniform, b.uniform)), shape, a.dtype)
  const keepsA = (op === 'Mul' || op === 'Div' ? 1 : 0) === b.uniform
  if (keepsA && sameShape(a.shape, shape)) return a
  const keepsB = (op === 'Mul' && a.uniform === 1) || (op === 'Add' && a.uniform === 0)
  if (keepsB && sameShape(b.shape, shape)) return b
  if (op === 'Mul' && (a.uniform === 0 || b.uniform === 0)) return uniform(0, shape, a.dtype)
  return null
}

/** A constant with one number everywhere broadcasts as well from a scalar, which costs nothing to store. */
function shrinkUniform(value: Value, other: Value, shape: readonly number[]): Value {
  return value.uniform !== undefined && sameShape(other.shape, shape)
    ? uniform(value.uniform, [], value.dtype)
    : value
}

function arithmetic(op: Arithmetic, a: Value, b: Value): Value {
  const shape = broadcastShape(a.shape, b.shape)
  return (
    simplify(op, a, b, shape) ??
    node(op, [shrinkUniform(a, b, shape), shrinkUniform(b, a, shape)], shape, a.dtype)
  )
}

export const add = (a: Value, b: Value) => arithmetic('Add', a, b)
export const sub = (a: Value, b: Value) => arithmetic('Sub', a, b)
export const mul = (a: Value, b: Value) => arithmetic('Mul', a, b)
export const div = (a: Value, b: Value) => arithmetic('Div', a, b)

/** Any other two-argument operator that broadcasts. */
export function binary(op: string, a: Value, b: Value, dtype: ValueType = a.dtype): Value {
  const shape = broadcastShape(a.shape, b.shape)
  return node(op, [shrinkUniform(a, b, shape), shrinkUniform(b, a, shape)], shape, dtype)
}

export function unary(op: string, x: Value, attributes: Record<string, Attribute> = {}): Value {
  return node(op, [x], x.shape, x.dtype, attributes)
}

export function cast(x: Value, dtype: ValueType): Value {
  if (x.dtype === dtype) return x
  if (x.uniform !== undefined) return uniform(castNumber(x.uniform, dtype), x.shape, dtype)
  return node('Cast', [x], x.shape, dtype, { to: onnxType[dtype] })
}

function castNumber(value: number, dtype: ValueType): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1
  return dtype === 'float32' ? Math.fround(value) : Math.trunc(value)
}

/** Computes in another type and casts back: ONNX Runtime lacks some operators for integers and booleans. */
export function inType(dtype: ValueType, x: Value, compute: (x: Value) => Value): Value {
  return x.dtype === dtype ? compute(x) : cast(compute(cast(x, dtype)), x.dtype)
}

export function reshape(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x
  if (x.uniform !== undefined) return uniform(x.uniform, shape, x.dtype)
  const before = x.producer?.op === 'Reshape' ? (x.producer.inputs[0] as Value) : x
  if (sameShape(before.shape, shape)) return before
  return node('Reshape', [before, int64(shape)], shape, x.dtype)
}

export function transpose(x: Value, perm: readonly number[]): Value {
  if (perm.every((axis, i) => axis === i)) return x
  if (x.producer?.op === 'Transpose') {
    const before = x.producer.attributes.perm as number[]
    return transpose(
      x.producer.inputs[0] as Value,
      perm.map((axis) => before[axis] as number),
    )
  }
  const shape = perm.map((axis) => x.shape[axis] as number)
  if (x.uniform !== undefined) return uniform(x.uniform, shape, x.dtype)
  return node('Transpose', [x], shape, x.dtype, { perm: [...perm] })
}

/** Axes counted from the front, ascending; null or undefined means all. */
export function positiveAxes(axes: number | readonly number[] | null | undefined, rank: number): number[] {
  const given = [axes ?? Array.from({ length: rank }, (_, i) => i)].flat()
  return given.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
}

export function expandShape(shape: readonly number[], axis: number): number[] {
  const at = axis < 0 ? axis + shape.length + 1 : axis
  return [...shape.slice(0, at), 1, ...shape.slice(at)]
}

export type Reduction = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd'

export function reduce(op: Reduction, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const shape = x.shape.flatMap((dimension, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [dimension]))
  if (axes.every((axis) => x.shape[axis] === 1)) return reshape(x, shape)
  if (op === 'ReduceSum') return node(op, [x, int64(axes)], shape, x.dtype, { keepdims: Number(keepDims) })
  return node(op, [x], shape, x.dtype, { axes: [...axes], keepdims: Number(keepDims) })
}

/** Swaps the last two axes. */
export function matrixTranspose(x: Value): Value {
  const perm = x.shape.map((_, i) => i)
  perm.splice(-2, 2, x.rank - 1, x.rank - 2)
  return transpose(x, perm)
}

/** Numbers in a matrix that the innermost caches do not hold. */
const LARGE_MATRIX = 2 ** 18

/**
 * Whether `b` is a large matrix that all steps of a loop multiply their rows by. ONNX Runtime copies a right factor
 * into panels before each product; from a large one in rows of the result's columns (transB) it does so a third faster.
 */
function isSharedWeight(b: Value, a: Value): boolean {
  return b.graph.depth < a.graph.depth && a.rank === 2 && b.rank === 2 && b.size >= LARGE_MATRIX
}

/** op(a)·op(b) of two matrices. */
function product(a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) }
  return node('Gemm', [a, b], productShape(a, b, transposeA, transposeB), a.dtype, attributes)
}

function productShape(a: Value, b: Value, transposeA: boolean, transposeB: boolean): number[] {
  const rows = a.shape.at(transposeA ? -1 : -2) as number
  const columns = b.shape.at(transposeB ? -2 : -1) as number
  return [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns]
}

/** op(a)·op(b) over the last two axes; a plain matrix product becomes Gemm, which takes transposes and a bias. */
export function matMul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
  const shape = productShape(a, b, transposeA, transposeB)
  const [rows, columns] = shape.slice(-2) as [number, number]
  // A sum of nothing: ONNX Runtime would leave its memory as it was.
  if (a.size === 0 || b.size === 0) return uniform(0, shape, a.dtype)
  if (isSharedWeight(b, a)) return product(a, transposeB ? b : matrixTranspose(b), transposeA, true)
  // What the steps of a loop share is transposed once, outside.
  if (transposeA && a.graph.depth < b.graph.depth) return matMul(matrixTranspose(a), b, false, transposeB)
  if (transposeB && b.graph.depth < a.graph.depth) return matMul(a, matrixTranspose(b), transposeA, false)
  if (a.rank === 2 && b.rank === 2 && a.size === rows && b.size === columns)
    return mul(reshape(a, [rows, 1]), reshape(b, [1, columns])) // an outer product only moves memory
  if (a.rank === 2 && b.rank === 2) return product(a, b, transposeA, transposeB)
  return batchedProduct(a, b, transposeA, transposeB)
}

/** op(a)·op(b) over the last two axes, of as many matrices as the axes before them count. */
function batchedProduct(a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const shape = productShape(a, b, transposeA, transposeB)
  const builder = currentBuilder()
  if (builder.standardOnly || !(transposeA || transposeB))
    return node(
      'MatMul',
      [transposeA ? matrixTranspose(a) : a, transposeB ? matrixTranspose(b) : b],
      shape,
      a.dtype,
    )
  const [result] = builder.emit({
    op: 'FusedMatMul',
    domain: 'com.microsoft',
    inputs: [a, b],
    outputs: [[shape, a.dtype]],
    attributes: { transA: Number(transposeA), transB: Number(transposeB) },
  })
  return result as Value
}

export function split(x: Value, sizes: readonly number[], axis: number): Value[] {
  if (sizes.length === 1) return [x]
  const shapes = sizes.map((size) => x.shape.map((dimension, i) => (i === axis ? size : dimension)))
  if (x.uniform !== undefined) return shapes.map((shape) => uniform(x.uniform as number, shape, x.dtype))
  const parts = joinedParts(x, sizes, axis) ?? transposedParts(x, sizes, axis)
  if (parts) return parts
  return currentBuilder().emit({
    op: 'Split',
    inputs: [x, int64(sizes)],
    outputs: shapes.map((shape) => [shape, x.dtype] as const),
    attributes: { axis },
  })
}

/** Of a concatenation that is taken apart where it was put together: its parts. */
function joinedParts({ producer }: Value, sizes: readonly number[], axis: number): Value[] | null {
  if (producer?.op !== 'Concat' || producer.attributes.axis !== axis) return null
  return producer.inputs.map(({ shape }) => shape[axis]).join() === sizes.join() ? producer.inputs : null
}

/** Of a transposed concatenation that is taken apart where it was put together: each part by itself, transposed. */
function transposedParts(x: Value, sizes: readonly number[], axis: number): Value[] | null {
  const { producer } = x
  const whole = producer?.op === 'Transpose' && x.rank === 2 ? producer.inputs[0]?.producer : null
  if (whole?.op !== 'Concat' || whole.attributes.axis !== 1 - axis) return null
  const parts = whole.inputs
  if (parts.map(({ shape }) => shape[1 - axis]).join() !== sizes.join()) return null
  return parts.map(matrixTranspose)
}

export function concat(parts: Value[], axis: number): Value {
  const filled = parts.filter((part) => part.shape[axis] !== 0)
  const [first] = filled.length > 0 ? filled : parts
  if (!first) throw new ShapeError({ argument: 'concat', expected: 'at least one tensor', received: 'none' })
  if (filled.length <= 1) return first
  const length = filled.reduce((sum, part) => sum + (part.shape[axis] as number), 0)
  const shape = first.shape.map((dimension, i) => (i === axis ? length : dimension))
  return node('Concat', filled, shape, first.dtype, { axis })
}

export function slice(x: Value, begin: readonly number[], size: readonly number[]): Value {
  const shape = size.map((length, i) => (length < 0 ? (x.shape[i] as number) - (begin[i] as number) : length))
  if (sameShape(shape, x.shape)) return x
  if (x.uniform !== undefined) return uniform(x.uniform, shape, x.dtype)
  const axes = shape.flatMap((length, i) => (length === x.shape[i] ? [] : [i]))
  const starts = axes.map((axis) => begin[axis] as number)
  const ends = axes.map((axis) => (begin[axis] as number) + (shape[axis] as number))
  return node('Slice', [x, int64(starts), int64(ends), int64(axes)], shape, x.dtype)
}

export function broadcastTo(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x
  if (x.uniform !== undefined) return uniform(x.uniform, shape, x.dtype)
  return node('Expand', [x, int64(shape)], shape, x.dtype)
}

/** Sums rows of `x [N, D]` into `[rows, D]` at the positions `indices [N]`: the gradient of a look-up. */
export function scatterAddRows(x: Value, indices: Value, rows: number): Value {
  const [n, width] = x.shape as [number, number]
  const positions = broadcastTo(reshape(indices, [n, 1]), [n, width])
  return node('ScatterElements', [uniform(0, [rows, width], x.dtype), positions, x], [rows, width], x.dtype, {
    axis: 0,
    reduction: 'add',
  })
}
