/** What tables are written of. */
import { InvalidArgumentError } from '@attentive/core'

export type Cell = string | number | null

/** @param what has these names, for the error. @throws InvalidArgumentError when one is there twice. */
export function requireDistinct(names: readonly string[], what: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new InvalidArgumentError({
      argument: 'series',
      expected: `every name of ${what} once`,
      received: `${JSON.stringify(twice)} twice`,
      hint: 'Rename one: series.with({ channels: […] }), or with({ name: … }).',
    })
}
