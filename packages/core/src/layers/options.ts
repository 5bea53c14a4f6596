/** Checks of what layers are constructed with and called with. */
import type * as tf from '@tensorflow/tfjs-core'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'
import { sequenceMask } from '../ops/sequence-mask.js'

/** @throws InvalidArgumentError when one is not a positive integer. */
export function requireSizes(sizes: Record<string, number>): void {
  for (const [argument, size] of Object.entries(sizes))
    if (!Number.isSafeInteger(size) || size <= 0)
      throw new InvalidArgumentError({ argument, expected: 'a positive integer', received: String(size) })
}

/** How a layer with dropout is called. */
export interface TrainingOptions {
  /** Dropout is active. Default false. */
  training?: boolean
  /** Where dropout draws from; required when there is dropout in training. */
  rng?: Rng
}

/**
 * The generator to draw dropout from; null when nothing is to be dropped.
 * @throws InvalidArgumentError when it is needed and missing.
 */
export function dropoutRng(rate: number, { training = false, rng }: TrainingOptions): Rng | null {
  if (!training || rate === 0) return null
  if (rng) return rng
  throw new InvalidArgumentError({
    argument: 'rng',
    expected: 'an Rng, as this layer has dropout',
    received: 'none',
    hint: 'Pass { training: true, rng: new Rng(seed) }.',
  })
}

/** Which steps of padded sequences are valid: lengths `[B]` int32, or a mask `[B, T]` with 1 = valid, not both. */
export interface ValidSteps {
  lengths?: tf.Tensor
  mask?: tf.Tensor
}

/** @throws InvalidArgumentError when both lengths and mask are given. */
export function maskOf({ lengths, mask }: ValidSteps, maxLength: number): tf.Tensor | undefined {
  if (lengths && mask)
    throw new InvalidArgumentError({ argument: 'lengths', expected: 'lengths or mask', received: 'both' })
  return lengths ? sequenceMask(lengths, maxLength) : mask
}
