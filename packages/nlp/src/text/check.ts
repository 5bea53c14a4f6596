/** Values from outside: parts of saved models, and names. */
import { CheckpointError, InvalidArgumentError } from '@attentive/core'
import { z } from 'zod'

/** @throws CheckpointError naming every field that is wrong. */
export function checkSaved<T extends z.ZodType>(schema: T, value: unknown, argument: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new CheckpointError({
    argument,
    expected: 'what toJSON() writes',
    received: z.prettifyError(result.error),
    hint: 'The file is damaged, or of another version.',
  })
}

/** @throws InvalidArgumentError when `value` is none of the names. */
export function requireOneOf(argument: string, value: unknown, names: readonly string[]): void {
  if (names.some((name) => name === value)) return
  throw new InvalidArgumentError({
    argument,
    expected: `one of ${names.join(', ')}`,
    received: String(value),
  })
}
