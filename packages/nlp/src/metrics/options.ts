import { InvalidArgumentError } from '@attentive/core'
import type { z } from 'zod'

/**
 * Options checked and completed with their defaults.
 *
 * @throws InvalidArgumentError naming the first option that is unknown or has a value that makes no sense.
 */
export function parseOptions<Schema extends z.ZodObject>(
  schema: Schema,
  options: z.input<Schema>,
): z.output<Schema> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const issue = result.error.issues[0] as z.core.$ZodIssue
  if (issue.code === 'unrecognized_keys')
    throw new InvalidArgumentError({
      argument: 'options',
      expected: `only ${Object.keys(schema.shape).join(', ')}`,
      received: issue.keys.join(', '),
    })
  const received = issue.path.reduce<unknown>((value, key) => (value as never)[key as never], options)
  throw new InvalidArgumentError({
    argument: issue.path.join('.') || 'options',
    expected: expectation(issue),
    received: typeof received === 'string' ? `'${received}'` : String(received),
  })
}

/** What zod's message says was expected, without what it says was received. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`
  return issue.message.replace(/^.*expected /, '').replace(/, received .*$/, '')
}
