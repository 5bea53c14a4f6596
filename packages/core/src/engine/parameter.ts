/**
 * Parameter: trained weights in host memory. The host array is the truth; tensors are made from it when a forward
 * pass reads it (`read()`), so that one optimiser serves every engine and a compiled graph binds the array itself.
 */
import * as tf from '@tensorflow/tfjs-core'
import { ShapeError } from '../errors.js'
import { sizeOf } from './nd-array.js'
import { activeTrace } from './trace/active.js'

export class Parameter {
  /** The values, row-major. Re-homed into one flat array when an optimiser takes the parameter over. */
  data: Float32Array
  private cached: { tensor: tf.Tensor; version: number; backend: string } | null = null
  private version = 0

  /** @throws ShapeError when `data` does not fill `shape`. */
  constructor(
    readonly shape: readonly number[],
    data?: Float32Array,
    /** False for weights that the optimiser must leave alone. */
    readonly trainable = true,
  ) {
    this.data = data ?? new Float32Array(sizeOf(shape))
    this.requireSize(this.data)
  }

  get size(): number {
    return this.data.length
  }

  /**
   * The parameter as a tensor: a placeholder inside a traced function, else a tensor on the current backend that is
   * kept until the values change. Do not dispose it.
   */
  read(): tf.Tensor {
    const trace = activeTrace()
    if (trace) return trace.parameter(this)
    if (
      this.cached &&
      this.cached.version === this.version &&
      this.cached.backend === tf.getBackend() &&
      !this.cached.tensor.isDisposed
    )
      return this.cached.tensor
    this.release()
    const tensor = tf.keep(tf.tensor(this.data.slice(), [...this.shape], 'float32'))
    // Asked after the tensor was made: the first one in a process is what starts the backend.
    this.cached = { tensor, version: this.version, backend: tf.getBackend() }
    return tensor
  }

  /** Copies new values in. */
  assign(values: ArrayLike<number>): void {
    this.requireSize(values)
    this.data.set(values)
    this.touch()
  }

  /** Must be called after `data` was written to from outside. */
  touch(): void {
    this.version++
  }

  /** Moves the values into `home` (same length), which becomes `data`. */
  moveTo(home: Float32Array): void {
    this.requireSize(home)
    home.set(this.data)
    this.data = home
    this.touch()
  }

  /** Frees the cached tensor; the values stay. */
  release(): void {
    this.cached?.tensor.dispose()
    this.cached = null
  }

  private requireSize(values: ArrayLike<number>): void {
    if (values.length !== sizeOf(this.shape))
      throw new ShapeError({
        argument: 'Parameter',
        expected: `${sizeOf(this.shape)} numbers for shape [${this.shape}]`,
        received: `${values.length}`,
      })
  }
}
