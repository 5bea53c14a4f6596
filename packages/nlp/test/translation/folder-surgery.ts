/** Changes in a saved translator that its checksums do not show: what someone hostile, who can compute them, would do. */
import { loadModelFolder, type ModelContents, saveModelFolder } from '@attentive/core'
import { z } from 'zod'

type Json = Record<string, unknown>

export interface SavedTranslator {
  config: { model: Json; training: { settings: Json & { training: Json } } }
  weights: ModelContents['weights']
  files: Record<string, Uint8Array>
}

export async function readTranslator(folder: string): Promise<SavedTranslator> {
  const { config, weights, file, fileNames } = await loadModelFolder(folder, { schema: z.any() })
  const files = await Promise.all(fileNames.map(async (name) => [name, await file(name)] as const))
  return { config, weights, files: Object.fromEntries(files) }
}

export async function writeTranslator(folder: string, contents: SavedTranslator): Promise<void> {
  await saveModelFolder(folder, { task: 'translate', ...contents })
}
