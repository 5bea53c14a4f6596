/** How a TensorFlow.js tensor stands for a graph value: its `dataId` is a TracedData. */
import * as tf from '@tensorflow/tfjs-core'
import { reshape } from './algebra.js'
import { sameShape, type Value } from './ir.js'

/** One per tensor, so that TensorFlow.js may count and dispose traced tensors like any others. */
export class TracedData {
  references = 1
  constructor(readonly value: Value) {}
}

export interface TracedInfo {
  dataId: TracedData
  shape: number[]
  dtype: tf.DataType
}

export function infoOf(value: Value): TracedInfo {
  return { dataId: new TracedData(value), shape: [...value.shape], dtype: value.dtype as tf.DataType }
}

/** A tensor that stands for `value` in the running trace. */
export function tensorOf(value: Value): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(infoOf(value))
}

/** The value behind a tensor, or null when the tensor belongs to another backend. */
export function tracedValue({ dataId, shape }: { dataId: object; shape: number[] }): Value | null {
  if (!(dataId instanceof TracedData)) return null
  return sameShape(dataId.value.shape, shape) ? dataId.value : reshape(dataId.value, shape)
}
