import * as tf from '@tensorflow/tfjs-core'
import { NdArray } from '../engine/nd-array.js'
import { NumericalError, ShapeError } from '../errors.js'

/** Numbers with or without a shape. */
export type Numbers = tf.Tensor | NdArray | ArrayLike<number>

export interface Tolerance {
  /** Default 1e-5. */
  absolute?: number
  /** Share of the expected value's size, default 1e-5. */
  relative?: number
  /** Name for messages. */
  name?: string
}

function valuesOf(numbers: Numbers): { values: ArrayLike<number>; shape: readonly number[] | null } {
  if (numbers instanceof tf.Tensor) return { values: numbers.dataSync(), shape: numbers.shape }
  if (numbers instanceof NdArray) return { values: numbers.data, shape: numbers.shape }
  return { values: numbers, shape: null }
}

/**
 * Passes when |actual − expected| ≤ absolute + relative·|expected| everywhere; NaN is close to nothing.
 * @throws ShapeError when the shapes differ.
 * @throws NumericalError naming the worst entry.
 */
export function expectClose(actual: Numbers, expected: Numbers, tolerance: Tolerance = {}): void {
  const { absolute = 1e-5, relative = 1e-5, name = 'values' } = tolerance
  const a = valuesOf(actual)
  const b = valuesOf(expected)
  const sameShape = !a.shape || !b.shape || a.shape.join() === b.shape.join()
  if (!sameShape || a.values.length !== b.values.length)
    throw new ShapeError({
      argument: name,
      expected: `[${b.shape ?? b.values.length}]`,
      received: `[${a.shape ?? a.values.length}]`,
    })
  let worst = { excess: 0, at: -1 }
  for (let i = 0; i < b.values.length; i++) {
    const [x, y] = [a.values[i] as number, b.values[i] as number]
    const excess = Math.abs(x - y) / (absolute + relative * Math.abs(y))
    if (x === y || excess <= Math.max(1, worst.excess)) continue
    worst = { excess: Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess, at: i }
  }
  if (worst.at >= 0)
    throw new NumericalError({
      argument: `${name} at ${position(worst.at, b.shape)}`,
      expected: String(b.values[worst.at]),
      received: String(a.values[worst.at]),
    })
}

/** A flat index as `[1, 0, 2]`. */
export function position(index: number, shape: readonly number[] | null): string {
  const rest: number[] = []
  let left = index
  for (const size of [...(shape ?? [Number.POSITIVE_INFINITY])].reverse()) {
    rest.unshift(size === Number.POSITIVE_INFINITY ? left : left % size)
    left = Math.floor(left / size)
  }
  return `[${rest.join(', ')}]`
}
