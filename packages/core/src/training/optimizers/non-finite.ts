/** Finds the gradient that broke a step, or the weights that one has broken. */
import type { ErrorDetails } from '../../errors.js'

/** Names the first parameter with a NaN or infinite gradient, and how many of its numbers are so. */
export function describeNonFiniteGradient(
  names: readonly string[],
  gradients: readonly Float32Array[],
  step: number,
): ErrorDetails {
  const { name, received } = firstNonFinite(names, gradients)
  return {
    argument: `gradient of ${name} at step ${step}`,
    expected: 'finite numbers',
    received,
    hint: 'A lower learning rate, clipping by norm, or a look at the batch helps; weights were left as they were.',
  }
}

/** Likewise for weights that an update has made so. */
export function describeNonFiniteWeights(
  names: readonly string[],
  weights: readonly Float32Array[],
): ErrorDetails {
  const { name, received } = firstNonFinite(names, weights)
  return {
    argument: `weights of ${name}`,
    expected: 'finite numbers',
    received,
    hint: 'An update was too large: lower the learning rate, or clip by norm.',
  }
}

function firstNonFinite(names: readonly string[], arrays: readonly Float32Array[]) {
  const counts = arrays.map((values) => values.reduce((n, value) => n + (Number.isFinite(value) ? 0 : 1), 0))
  const first = counts.findIndex((count) => count > 0)
  const others = counts.filter((count) => count > 0).length - 1
  const more = others > 0 ? ` (and in ${others} more parameters)` : ''
  return {
    name: names[first],
    received: `${counts[first]} of ${arrays[first]?.length} that are NaN or infinite${more}`,
  }
}
