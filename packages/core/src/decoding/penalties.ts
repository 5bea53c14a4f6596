/** How hypotheses of different lengths and coverage are compared: s(Y) = log p(Y) / lp(|Y|) + cp(attention). */
import { InvalidArgumentError } from '../errors.js'
import { requireNonNegative } from './options.js'

/**
 * - `gnmt`: lp = ((5 + |Y|) / 6)^α (Wu et al. 2016, §7)
 * - `average`: lp = |Y|^α; α = 1 is the mean log-probability of a token
 * - `none`: lp = 1
 *
 * |Y| counts the end token, which has a log-probability like the others.
 */
export type LengthPenalty = { type: 'gnmt' | 'average'; alpha?: number } | { type: 'none' }

/**
 * lp as a function of |Y|; it never falls as |Y| grows. α is 1 unless given.
 * @throws InvalidArgumentError on an unknown type or a negative α.
 */
export function lengthPenaltyFunction(penalty: LengthPenalty): (length: number) => number {
  if (penalty.type === 'none') return () => 1
  const { type, alpha = 1 } = penalty
  requireNonNegative('lengthPenalty.alpha', alpha)
  switch (type) {
    case 'gnmt':
      return (length) => ((5 + length) / 6) ** alpha
    case 'average':
      return (length) => length ** alpha
    default:
      throw new InvalidArgumentError({
        argument: 'lengthPenalty.type',
        expected: "'gnmt', 'average' or 'none'",
        received: String(type satisfies never),
      })
  }
}

/** Attention that has underflowed to zero costs log(1e-12), not everything. */
const LEAST_COVERAGE = 1e-12

/**
 * cp = β · Σ_s log(min(coverage_s, 1)), coverage_s = Σ_t attention_{t,s} (Wu et al. 2016, §7): source positions that
 * the output has hardly looked at cost; at most 0.
 * @param coverage `[≥ S]` attention summed over the output.
 * @param sourceLength S: positions after it are padding.
 */
export function coveragePenalty(coverage: ArrayLike<number>, sourceLength: number, beta: number): number {
  let sum = 0
  for (let s = 0; s < sourceLength; s++)
    sum += Math.log(Math.max(Math.min(coverage[s] as number, 1), LEAST_COVERAGE))
  return beta * sum
}
