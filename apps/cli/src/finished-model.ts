import { join } from 'node:path'
import { CheckpointError, isModelFolder } from '@attentive/core'

/**
 * A run that has not ended has checkpoints and no model: whoever wants one of them shall name it.
 * @throws CheckpointError when the folder holds such a run.
 */
export async function requireFinished(folder: string): Promise<void> {
  if (await isModelFolder(folder)) return
  for (const name of ['best', 'last']) {
    const checkpoint = join(folder, name)
    if (await isModelFolder(checkpoint))
      throw new CheckpointError({
        argument: folder,
        expected: 'a finished model',
        received: 'a training run that has not ended',
        hint: `Continue it with --resume, or use its checkpoint ${checkpoint}.`,
      })
  }
}
