import { CheckpointError, type StateDict } from '@attentive/core'

/**
 * A network is made only when it has at most twice as many weights as were read, so that hostile settings cannot ask for
 * much more memory than the file has taken. Where a few are missing it is made: then `loadStateDict` says which.
 * @param needed weights that a network of these settings has at least.
 * @throws CheckpointError when it has more.
 */
export function requireAffordable(needed: number, weights: StateDict): void {
  const saved = Object.values(weights).reduce((sum, { size }) => sum + size, 0)
  if (needed <= 2 * saved) return
  throw new CheckpointError({
    argument: 'config.json',
    expected: `sizes of a network with ${saved} weights`,
    received: String(needed),
    hint: 'The files of the folder belong to different models.',
  })
}
