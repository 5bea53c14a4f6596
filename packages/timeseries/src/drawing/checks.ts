/** What all charts ask of their data. */
import { DataError, InvalidArgumentError, ShapeError } from '@attentive/core'

/** @throws ShapeError when there are not as many values as times. */
export function requireLength(argument: string, values: ArrayLike<number>, length: number): void {
  if (values?.length !== length)
    throw new ShapeError({
      argument,
      expected: `${length} numbers, one for each time`,
      received: values === undefined ? 'none' : `${values.length}`,
    })
}

/** @throws DataError when there is nothing to draw. */
export function requireSome(argument: string, list: ArrayLike<unknown> | undefined): void {
  if (!list || list.length === 0)
    throw new DataError({ argument, expected: 'at least one', received: list ? 'an empty list' : 'none' })
}

/** @throws InvalidArgumentError when a picture would have more than it has room for. */
export function requireAtMost(argument: string, count: number, most: number, hint: string): void {
  if (count > most)
    throw new InvalidArgumentError({ argument, expected: `at most ${most}`, received: String(count), hint })
}

/** @throws InvalidArgumentError when a number is not finite. */
export function requireFinite(argument: string, value: number): void {
  if (!Number.isFinite(value))
    throw new InvalidArgumentError({ argument, expected: 'a finite number', received: String(value) })
}
