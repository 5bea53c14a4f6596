/** Looking numbers up: gather, one-hot, the largest few. */
import type * as tf from '@tensorflow/tfjs-core'
import type { DType } from '../nd-array.js'
import { binary, cast, int64, node, reshape, transpose, uniform } from '../trace/algebra.js'
import { currentBuilder } from '../trace/current-builder.js'
import type { Value } from '../trace/ir.js'
import { choose, fromTheFront } from './logic.js'
import { frontAxis, type KernelTable } from './rule.js'

function gather(x: Value, indices: Value, axis: number, batchDims: number): Value {
  if (batchDims > 0) return gatherInBatches(x, indices, axis, batchDims)
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
  return node('Gather', [x, indices], shape, x.dtype, { axis })
}

/** Every batch entry looks up in its own part of `x`. GatherND looks up along the axis after the batch's. */
function gatherInBatches(x: Value, indices: Value, axis: number, batchDims: number): Value {
  const axes = x.shape.map((_, i) => i)
  const between = axes.slice(batchDims, axis)
  const inFront = [...axes.slice(0, batchDims), axis, ...between, ...axes.slice(axis + 1)]
  const source = transpose(x, inFront)
  const shape = [...indices.shape, ...source.shape.slice(batchDims + 1)]
  const positions = cast(reshape(indices, [...indices.shape, 1]), 'int64')
  const found = node('GatherND', [source, positions], shape, x.dtype, { batch_dims: batchDims })
  // The axes between batch and look-up return to their place before the looked-up ones.
  const places = shape.map((_, i) => i)
  const lookedUp = places.slice(batchDims, indices.rank)
  const moved = places.slice(indices.rank, indices.rank + between.length)
  const rest = places.slice(indices.rank + between.length)
  return transpose(found, [...places.slice(0, batchDims), ...moved, ...lookedUp, ...rest])
}

/** ONNX wants a list of indices, also where there is but one. */
function oneHot(indices: Value, attributes: tf.OneHotAttrs): Value {
  if (indices.rank > 0) return oneHotOf(indices, attributes)
  return reshape(oneHotOf(reshape(indices, [1]), attributes), [attributes.depth])
}

function oneHotOf(
  indices: Value,
  { depth, onValue = 1, offValue = 0, dtype = 'float32' }: tf.OneHotAttrs,
): Value {
  const values = currentBuilder().constant(Float32Array.of(offValue, onValue), [2], 'float32')
  // In ONNX −1 is the last column; in TensorFlow.js it is none.
  const isNegative = binary('Less', indices, uniform(0, [], indices.dtype), 'bool')
  const columns = choose(isNegative, uniform(depth, [], indices.dtype), indices)
  const inputs = [cast(columns, 'int64'), int64([depth]), values]
  const hot = node('OneHot', inputs, [...indices.shape, depth], 'float32', { axis: -1 })
  return cast(hot, dtype as DType)
}

/** Always sorted: an order of its own is what TensorFlow.js promises when it is not asked for one. */
function topK(x: Value, k: number): Value[] {
  const shape = [...x.shape.slice(0, -1), k]
  const [values, indices] = currentBuilder().emit({
    op: 'TopK',
    inputs: [x, int64([k])],
    outputs: [
      [shape, x.dtype],
      [shape, 'int64'],
    ],
    attributes: { axis: -1, largest: 1, sorted: 1 },
  }) as [Value, Value]
  return [values, cast(indices, 'int32')]
}

function gatherNd(params: Value, indices: Value): Value {
  const depth = indices.shape.at(-1) as number
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)]
  return node('GatherND', [params, cast(fromTheFront(indices), 'int64')], shape, params.dtype)
}

export const indexing: KernelTable = {
  GatherV2: ({ x, indices }, { axis = 0, batchDims = 0 }: Partial<tf.GatherV2Attrs>) =>
    gather(x, fromTheFront(cast(indices, 'int32')), frontAxis(axis, x.rank), batchDims),
  GatherNd: ({ params, indices }) => gatherNd(params, indices),
  OneHot: ({ indices }, attributes: tf.OneHotAttrs) => oneHot(indices, attributes),
  TopK: ({ x }, { k }: tf.TopKAttrs) => topK(x, k),
}
