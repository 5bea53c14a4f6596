import { InvalidArgumentError } from '../../errors.js'

/** `value`, if it is a finite number of at least 0. */
export function requireNonNegative(argument: string, value: number): number {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError({ argument, expected: 'a number of at least 0', received: String(value) })
  return value
}

/** `value`, if it is in [0, 1). */
export function requireRange(argument: string, value: number): number {
  if (!(value >= 0 && value < 1))
    throw new InvalidArgumentError({ argument, expected: 'a number in [0, 1)', received: String(value) })
  return value
}
