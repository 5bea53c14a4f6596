/** Checks of numbers that several parts of the package are given. */
import { InvalidArgumentError } from '@attentive/core'

/** @throws InvalidArgumentError when one is no positive whole number. */
export function requireCounts(
  values: Readonly<Record<string, number>>,
  expected = 'a positive whole number of steps',
): void {
  for (const [argument, value] of Object.entries(values))
    if (!Number.isInteger(value) || value < 1)
      throw new InvalidArgumentError({ argument, expected, received: String(value) })
}

/** @throws InvalidArgumentError when it is not between 0 and 1. */
export function requireProbability(argument: string, value: number): void {
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError({
      argument,
      expected: 'a probability between 0 and 1',
      received: String(value),
    })
}

/** @throws InvalidArgumentError when a model that was made for `longest` steps is asked for others than the first ones of them. */
export function requireHorizon(horizon: number, longest: number): void {
  if (Number.isInteger(horizon) && horizon >= 1 && horizon <= longest) return
  throw new InvalidArgumentError({
    argument: 'horizon',
    expected: `1 … ${longest} steps, for which the model was trained`,
    received: String(horizon),
  })
}
