/** Putting numbers where indices say: scatter, sums by segment, counts. */
import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../nd-array.js'
import {
  binary,
  broadcastTo,
  cast,
  mul,
  node,
  reduce,
  reshape,
  scatterAddRows,
  slice,
  uniform,
} from '../trace/algebra.js'
import { currentBuilder } from '../trace/current-builder.js'
import type { Value } from '../trace/ir.js'
import { asNumbers, fromTheFront } from './logic.js'
import type { KernelTable } from './rule.js'

/** Sums the rows of `x` that have one segment. */
function segmentSum(x: Value, segmentIds: Value, numSegments: number): Value {
  const inner = x.shape.slice(segmentIds.rank)
  const rows = sizeOf(segmentIds.shape)
  const flat = reshape(x, [rows, sizeOf(inner)])
  return reshape(scatterAddRows(flat, reshape(segmentIds, [rows]), numSegments), [numSegments, ...inner])
}

/** Index tuples `[…, K]` into an array as row numbers of it, flattened after its first K axes. */
function rowNumbers(indices: Value, shape: readonly number[]): Value {
  const depth = indices.shape.at(-1) as number
  const strides = Int32Array.from({ length: depth }, (_, i) => sizeOf(shape.slice(i + 1, depth)))
  const stride = currentBuilder().constant(strides, [depth], 'int32')
  return reduce('ReduceSum', mul(indices, stride), [indices.rank - 1], false)
}

/** ScatterElements adds in order; ScatterND would leave the order, and with it the last digits, to the threads. */
function scatterNd(indices: Value, updates: Value, shape: readonly number[]): Value {
  const depth = indices.shape.at(-1) as number
  const sums = segmentSum(updates, rowNumbers(indices, shape), sizeOf(shape.slice(0, depth)))
  return reshape(sums, shape)
}

function scatterUpdate(tensor: Value, indices: Value, updates: Value): Value {
  const depth = indices.shape.at(-1) as number
  const shape = [...indices.shape.slice(0, -1), ...tensor.shape.slice(depth)]
  const inputs = [tensor, cast(fromTheFront(indices), 'int64'), broadcastTo(updates, shape)]
  return node('ScatterND', inputs, tensor.shape, tensor.dtype)
}

/** Indices may be one number, a list of them or a list of tuples. */
function sparseToDense(indices: Value, values: Value, defaultValue: Value, shape: readonly number[]): Value {
  const tuples = indices.rank === 2 ? indices : reshape(indices, [indices.size, 1])
  return scatterUpdate(broadcastTo(cast(defaultValue, values.dtype), shape), tuples, values)
}

/** How often each number below `size` occurs in each row, or the sum of its weights; what is above is left out. */
function bincount(x: Value, weights: Value, { size, binaryOutput = false }: tf.DenseBincountAttrs): Value {
  const ones = binaryOutput || weights.size === 0
  const updates = ones ? uniform(1, x.shape, weights.dtype) : weights
  const counted = [...x.shape.slice(0, -1), size + 1]
  const bins = binary('Min', x, uniform(size, [], x.dtype))
  const inputs = [uniform(0, counted, weights.dtype), bins, updates]
  const attributes = { axis: x.rank - 1, ...(binaryOutput ? {} : { reduction: 'add' }) }
  const counts = node('ScatterElements', inputs, counted, weights.dtype, attributes)
  return slice(
    counts,
    counted.map(() => 0),
    [...x.shape.slice(0, -1), size],
  )
}

export const scattering: KernelTable = {
  ScatterNd: ({ indices, updates }, { shape }: tf.ScatterNdAttrs) =>
    cast(scatterNd(indices, asNumbers(updates), shape), updates.dtype),
  TensorScatterUpdate: ({ tensor, indices, updates }) => scatterUpdate(tensor, indices, updates),
  SparseToDense: ({ sparseIndices, sparseValues, defaultValue }, { outputShape }: tf.SparseToDenseAttrs) =>
    sparseToDense(sparseIndices, sparseValues, defaultValue, outputShape),
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }: tf.UnsortedSegmentSumAttrs) =>
    segmentSum(x, segmentIds, numSegments),
  Bincount: ({ x, weights }, attributes: tf.BincountAttrs) => bincount(x, weights, attributes),
  DenseBincount: ({ x, weights }, attributes: tf.DenseBincountAttrs) => bincount(x, weights, attributes),
}
