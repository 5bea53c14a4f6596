import { z } from 'zod'
import { InvalidArgumentError } from '../errors.js'

/** Settings that a user wrote, complete. @throws InvalidArgumentError naming every setting that is wrong. */
export function checkConfig<T extends z.ZodType>(schema: T, value: unknown, argument: string): z.output<T> {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  throw new InvalidArgumentError({
    argument,
    expected: 'valid settings',
    received: z.prettifyError(error),
    cause: error,
  })
}
