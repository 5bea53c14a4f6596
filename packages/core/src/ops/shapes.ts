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
  let sizes: Record<string, number> = {}
  for (const [argument, [tensor, dimensions]] of Object.entries(expected)) {
    if (!tensor) continue
    const matched = match(dimensions, tensor.shape, sizes)
    if (!matched)
      throw new ShapeError({
        argument,
        expected: describe(dimensions, sizes),
        received: `[${tensor.shape.join(', ')}]`,
      })
    sizes = matched
  }
  return sizes
}

/** The sizes of all letters so far, or null when the shape does not fit. */
function match(
  dimensions: readonly Dimension[],
  shape: readonly number[],
  known: Record<string, number>,
): Record<string, number> | null {
  if (dimensions.length !== shape.length) return null
  const sizes = { ...known }
  for (const [axis, dimension] of dimensions.entries()) {
    const size = shape[axis] as number
    if (typeof dimension === 'string') sizes[dimension] ??= size
    if ((typeof dimension === 'string' ? sizes[dimension] : dimension) !== size) return null
  }
  return sizes
}

/** `[B, T, 8]`, and with sizes that earlier arguments have settled: `[B=2, T=5]`. */
function describe(dimensions: readonly Dimension[], sizes: Record<string, number>): string {
  const names = dimensions.map((d) =>
    typeof d === 'string' && sizes[d] !== undefined ? `${d}=${sizes[d]}` : d,
  )
  return `[${names.join(', ')}]`
}
