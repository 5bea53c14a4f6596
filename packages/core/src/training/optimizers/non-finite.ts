/** Finds the gradient that broke a step. */
import type { ErrorDetails } from '../../errors.js'

/** Names the first parameter with a NaN or infinite gradient, and how many of its numbers are so. */
export function describeNonFinite(
  names: readonly string[],
  gradients: readonly Float32Array[],
  step: number,
): ErrorDetails {
  const counts = gradients.map((values) =>
    values.reduce((n, value) => n + (Number.isFinite(value) ? 0 : 1), 0),
  )
  const first = counts.findIndex((count) => count > 0)
  const others = counts.filter((count) => count > 0).length - 1
  return {
    argument: `gradient of ${names[first]} at step ${step}`,
    expected: 'finite numbers',
    received: `${counts[first]} of ${gradients[first]?.length} that are NaN or infinite${others > 0 ? ` (and in ${others} more parameters)` : ''}`,
    hint: 'A lower learning rate, clipping by norm, or a look at the batch helps; weights were left as they were.',
  }
}
