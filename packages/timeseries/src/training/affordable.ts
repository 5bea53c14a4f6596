import { CheckpointError, type StateDict } from '@attentive/core'

/**
 * A network is made only when the weights that were read are as many as it needs, so that hostile settings cannot ask
 * for more memory than the file has taken.
 * @param needed weights that a network of these settings has at least.
 * @throws CheckpointError when there are fewer.
 */
export function requireAffordable(needed: number, weights: StateDict): void {
  const saved = Object.values(weights).reduce((sum, { size }) => sum + size, 0)
  if (needed <= saved) return
  throw new CheckpointError({
    argument: 'config.json',
    expected: `sizes of a network with ${saved} weights`,
    received: String(needed),
    hint: 'The files of the folder belong to different models.',
  })
}
