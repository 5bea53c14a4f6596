/** Options as callers without a type checker write them: a misspelt one would be left out in silence. */

import { InvalidArgumentError } from '../errors.js'
import { Rng } from './random.js'

/** Every name in `Options`; `satisfies KnownOptions<…>` keeps such a list complete. */
export type KnownOptions<Options> = Record<keyof Options, true>

/**
 * Checks the names of options, not their values. A name whose value is undefined counts as absent.
 * @returns the options.
 * @throws InvalidArgumentError naming an option that is not known, or when there is no object.
 */
export function requireKnownOptions<Options>(
  options: Options,
  known: Readonly<Record<string, true>>,
  argument = 'options',
): Options {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError({ argument, expected: 'an object', received: String(options) })
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && !Object.hasOwn(known, name))
      throw new InvalidArgumentError({
        argument: name,
        expected: `one of the options ${Object.keys(known).join(', ')}`,
        received: 'one that is not among them',
      })
  return options
}

/** @throws InvalidArgumentError when the generator that numbers are drawn from is missing. */
export function requireRng(rng: unknown): asserts rng is Rng {
  if (!(rng instanceof Rng))
    throw new InvalidArgumentError({
      argument: 'rng',
      expected: 'an Rng, from which numbers are drawn',
      received: rng === undefined ? 'none' : String(rng),
      hint: 'Pass { rng: new Rng(seed) }.',
    })
}
