const golden = (Math.sqrt(5) - 1) / 2
/** The place is known to 1e-12 of the range. */
const usualSteps = 60

/** Where a function with one valley between `low` and `high` is least, by golden section (Kiefer 1953). */
export function leastBetween(
  fn: (x: number) => number,
  low: number,
  high: number,
  steps = usualSteps,
): number {
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)]
  let [atLeft, atRight] = [fn(left), fn(right)]
  for (let i = 0; i < steps; i++) {
    if (atLeft <= atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - golden * (high - low)
      atLeft = fn(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + golden * (high - low)
      atRight = fn(right)
    }
  }
  return (low + high) / 2
}
