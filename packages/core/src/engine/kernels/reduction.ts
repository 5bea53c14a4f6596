/** Sums, means, extremes and normalised exponentials along axes. */
import type * as tf from '@tensorflow/tfjs-core'
import { cast, inType, node, positiveAxes, type Reduction, reduce } from '../trace/algebra.js'
import type { Value, ValueType } from '../trace/ir.js'
import type { KernelRule, KernelTable } from './rule.js'

interface ReduceAttributes {
  axis?: number | number[]
  reductionIndices?: number | number[]
  keepDims?: boolean
}

const reduceBy =
  (op: Reduction): KernelRule =>
  ({ x }, { axis, reductionIndices, keepDims = false }: ReduceAttributes) =>
    reduce(
      op,
      x.dtype === 'bool' ? cast(x, 'int32') : x,
      positiveAxes(axis ?? reductionIndices, x.rank),
      keepDims,
    )

/** Any and All as the largest and the smallest of zeros and ones. */
const reduceBools =
  (op: 'ReduceMax' | 'ReduceMin'): KernelRule =>
  ({ x }, { axis, keepDims = false }: ReduceAttributes) =>
    cast(reduce(op, cast(x, 'int32'), positiveAxes(axis, x.rank), keepDims), 'bool')

const argument =
  (op: string): KernelRule =>
  ({ x }, { axis }: tf.ArgMaxAttrs) => {
    const at = axis < 0 ? axis + x.rank : axis
    const shape = x.shape.filter((_, i) => i !== at)
    return cast(node(op, [x], shape, 'int64', { axis: at, keepdims: 0 }), 'int32')
  }

function along(op: string, x: Value, axis: number, dtype: ValueType = x.dtype): Value {
  return node(op, [x], x.shape, dtype, { axis: axis < 0 ? axis + x.rank : axis })
}

export const reduction: KernelTable = {
  Sum: reduceBy('ReduceSum'),
  Mean: reduceBy('ReduceMean'),
  Max: reduceBy('ReduceMax'),
  Min: reduceBy('ReduceMin'),
  Prod: reduceBy('ReduceProd'),
  Any: reduceBools('ReduceMax'),
  All: reduceBools('ReduceMin'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Softmax: ({ logits }, { dim }: tf.SoftmaxAttrs) =>
    inType('float32', logits, (x) => along('Softmax', x, dim)),
  LogSoftmax: ({ logits }, { axis }: tf.LogSoftmaxAttrs) => along('LogSoftmax', logits, axis),
}
