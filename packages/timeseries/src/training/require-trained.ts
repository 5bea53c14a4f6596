import { InvalidArgumentError } from '@attentive/core'

/**
 * What training has left.
 * @param argument what was asked.
 * @throws InvalidArgumentError before there is anything.
 */
export function requireTrained<Trained>(
  trained: Trained | null,
  argument: string,
  { expected = 'a trained model', hint }: { expected?: string; hint: string },
): Trained {
  if (trained !== null) return trained
  throw new InvalidArgumentError({ argument, expected, received: 'one before its training', hint })
}
