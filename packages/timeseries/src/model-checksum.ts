import { createHash } from 'node:crypto'
import { loadModelFolder } from '@attentive/core'
import { z } from 'zod'

/**
 * Of a model's settings and weights, whatever the model: models that consist of several folders know by it whether these
 * belong together.
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
