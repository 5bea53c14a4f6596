/** Shape checks: one line a function, with the dimension letters that its docstring uses. */
import type * as tf from '@tensorflow/tfjs-core'
import { ShapeError } from '../errors.js'

/** A dimension that must have this size, or a letter: equal letters must have equal sizes. */
export type Dimension = number | string

/** The tensors of a call by argument name, each with the dimensions it must have. Undefined tensors are left out. */
export type ExpectedShapes = Record<string, readonly [tensor: tf.Tensor | undefined, dimensions: Dimension[]]>

/**
 * Checks the shapes of a function's tensors against each other and returns the size of every letter:
 * `const { B, T } = requireShapes({ inputs: [inputs, ['B', 'T', 8]], mask: [mask, ['B', 'T']] })`.
 * @throws ShapeError such as `inputs: expected [B, T, 8], received [2, 5, 7].`
 */
export function requireShapes(expected: ExpectedShapes): Record<string, number> {
  const sizes: Record<string, number> = {}
  for (const [argument, [tensor, dimensions]] of Object.entries(expected)) {
    if (!tensor) continue
    const fits =
      tensor.rank === dimensions.length &&
      dimensions.every(
        (dimension, axis) =>
          (sizes[dimension] ?? dimension) === tensor.shape[axis] || isNew(dimension, sizes),
      )
    if (!fits)
      throw new ShapeError({
        argument,
        expected: describe(dimensions, sizes),
        received: `[${tensor.shape.join(', ')}]`,
      })
    dimensions.forEach((dimension, axis) => {
      if (typeof dimension === 'string') sizes[dimension] = tensor.shape[axis] as number
    })
  }
  return sizes
}

function isNew(dimension: Dimension, sizes: Record<string, number>): boolean {
  return typeof dimension === 'string' && sizes[dimension] === undefined
}

/** `[B, T, 8]`, and with sizes that earlier arguments have settled: `[B=2, T=5]`. */
function describe(dimensions: readonly Dimension[], sizes: Record<string, number>): string {
  const names = dimensions.map((d) =>
    typeof d === 'string' && sizes[d] !== undefined ? `${d}=${sizes[d]}` : d,
  )
  return `[${names.join(', ')}]`
}
