/** Looking numbers up and putting them back: gather, scatter, one-hot, top-k, running sums. */
import type * as tf from '@tensorflow/tfjs-core'
import { UnsupportedOperationError } from '../../errors.js'
import { sizeOf } from '../nd-array.js'
import { cast, int64, node, reshape, scatterAddRows, uniform } from '../trace/algebra.js'
import { currentBuilder } from '../trace/current-builder.js'
import type { Value } from '../trace/ir.js'
import type { KernelTable } from './rule.js'

function gather(x: Value, indices: Value, axis: number, batchDims: number): Value {
  if (batchDims !== 0)
    throw new UnsupportedOperationError({
      argument: 'tf.gather',
      expected: 'batchDims 0',
      received: `${batchDims}`,
    })
  const at = axis < 0 ? axis + x.rank : axis
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)]
  return node('Gather', [x, indices], shape, x.dtype, { axis: at })
}

function segmentSum(x: Value, segmentIds: Value, numSegments: number): Value {
  const inner = x.shape.slice(segmentIds.rank)
  const rows = sizeOf(segmentIds.shape)
  const flat = reshape(x, [rows, sizeOf(inner)])
  return reshape(scatterAddRows(flat, reshape(segmentIds, [rows]), numSegments), [numSegments, ...inner])
}

function oneHot(
  indices: Value,
  { depth, onValue = 1, offValue = 0, dtype = 'float32' }: tf.OneHotAttrs,
): Value {
  const type = dtype as 'float32' | 'int32' | 'bool'
  const values = currentBuilder().constant(Float32Array.of(offValue, onValue), [2], 'float32')
  const hot = node(
    'OneHot',
    [cast(indices, 'int64'), int64([depth]), values],
    [...indices.shape, depth],
    'float32',
    { axis: -1 },
  )
  return cast(hot, type)
}

function topK(x: Value, { k, sorted }: tf.TopKAttrs): Value[] {
  const shape = [...x.shape.slice(0, -1), k]
  const [values, indices] = currentBuilder().emit({
    op: 'TopK',
    inputs: [x, int64([k])],
    outputs: [
      [shape, x.dtype],
      [shape, 'int64'],
    ],
    attributes: { axis: -1, largest: 1, sorted: Number(sorted) },
  }) as [Value, Value]
  return [values, cast(indices, 'int32')]
}

function scatterNd(indices: Value, updates: Value, shape: readonly number[]): Value {
  const inputs = [uniform(0, shape, updates.dtype), cast(indices, 'int64'), updates]
  return node('ScatterND', inputs, shape, updates.dtype, { reduction: 'add' })
}

export const indexing: KernelTable = {
  GatherV2: ({ x, indices }, { axis = 0, batchDims = 0 }: Partial<tf.GatherV2Attrs>) =>
    gather(x, indices, axis, batchDims),
  GatherNd: ({ params, indices }) => {
    const depth = indices.shape.at(-1) ?? 0
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)]
    return node('GatherND', [params, cast(indices, 'int64')], shape, params.dtype)
  },
  ScatterNd: ({ indices, updates }, { shape }: tf.ScatterNdAttrs) => scatterNd(indices, updates, shape),
  TensorScatterUpdate: ({ tensor, indices, updates }) =>
    node('ScatterND', [tensor, cast(indices, 'int64'), updates], tensor.shape, tensor.dtype),
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }: tf.UnsortedSegmentSumAttrs) =>
    segmentSum(x, segmentIds, numSegments),
  OneHot: ({ indices }, attributes: tf.OneHotAttrs) => oneHot(indices, attributes),
  TopK: ({ x }, attributes: tf.TopKAttrs) => topK(x, attributes),
  Cumsum: ({ x }, { axis, exclusive, reverse }: tf.CumsumAttrs) =>
    node('CumSum', [x, reshape(int64([axis]), [])], x.shape, x.dtype, {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    }),
  Range: (
    _,
    {
      start,
      stop,
      step,
      dtype = 'float32',
    }: { start: number; stop: number; step: number; dtype?: 'float32' | 'int32' },
  ) => {
    const length = Math.max(0, Math.ceil((stop - start) / step))
    const values = Array.from({ length }, (_item, i) => start + i * step)
    const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
    return currentBuilder().constant(data, [length], dtype)
  },
}
