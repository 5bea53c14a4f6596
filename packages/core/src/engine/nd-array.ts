/** NdArray: numbers in host memory with a shape. Batches go in and results come out of compiled functions as such. */
import * as tf from '@tensorflow/tfjs-core'
import { ShapeError } from '../errors.js'

export type DType = 'float32' | 'int32' | 'bool'
export type NdData = Float32Array | Int32Array | Uint8Array

/** What holds numbers of each type. */
export const arrayTypes = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}

function dtypeOf(data: NdData): DType {
  if (data instanceof Float32Array) return 'float32'
  return data instanceof Int32Array ? 'int32' : 'bool'
}

/** A dense array outside any backend: nothing to dispose, cheap to make, shares the memory it is given. */
export class NdArray {
  readonly dtype: DType

  /** @throws ShapeError when `shape` does not hold exactly `data.length` numbers. */
  constructor(
    readonly data: NdData,
    readonly shape: readonly number[],
    dtype?: DType,
  ) {
    this.dtype = dtype ?? dtypeOf(data)
    if (data.length !== sizeOf(shape))
      throw new ShapeError({
        argument: 'NdArray',
        expected: `${sizeOf(shape)} numbers for shape [${shape}]`,
        received: `${data.length}`,
      })
  }

  get size(): number {
    return this.data.length
  }

  static zeros(shape: readonly number[], dtype: DType = 'float32'): NdArray {
    return new NdArray(new arrayTypes[dtype](sizeOf(shape)), shape, dtype)
  }

  static scalar(value: number, dtype: DType = 'float32'): NdArray {
    return new NdArray(arrayTypes[dtype].of(value), [], dtype)
  }

  /** The values of a tensor, read synchronously. */
  static fromTensor(tensor: tf.Tensor): NdArray {
    return new NdArray(tensor.dataSync() as NdData, tensor.shape, tensor.dtype as DType)
  }

  /** The value of an array with one element. */
  item(): number {
    if (this.data.length !== 1)
      throw new ShapeError({
        argument: 'item()',
        expected: 'an array of one element',
        received: `shape [${this.shape}]`,
      })
    return this.data[0] as number
  }

  /** A new tensor on the current backend, owned by the caller. */
  toTensor(): tf.Tensor {
    return tf.tensor(this.data.slice(), [...this.shape], this.dtype)
  }
}
