/** How models that consist of several folders know that these belong together. */
import { createHash } from 'node:crypto'
import { CheckpointError, loadModelFolder } from '@attentive/core'
import { z } from 'zod'

/**
 * Of a model's settings and weights, whatever the model.
 * @throws CheckpointError when the folder holds no model, or a damaged one.
 */
export async function modelChecksum(folder: string): Promise<string> {
  const { task, config, weights } = await loadModelFolder(folder, { schema: z.unknown() })
  const hash = createHash('sha256').update(JSON.stringify([task, config]))
  for (const [name, { shape, data }] of Object.entries(weights))
    hash
      .update(JSON.stringify([name, shape]))
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return hash.digest('hex')
}

/** @throws CheckpointError when the model in the folder is not the one of this checksum, which is described. */
export async function requireModelChecksum(
  folder: string,
  checksum: string,
  { expected, hint }: { expected: string; hint: string },
): Promise<void> {
  if ((await modelChecksum(folder)) === checksum) return
  throw new CheckpointError({ argument: folder, expected, received: 'another one', hint })
}
