/** The translator of one folder, or the ensemble of several. */
import { join } from 'node:path'
import { CheckpointError, type EngineRequest, isModelFolder } from '@attentive/core'
import { Translator } from '@attentive/nlp'

interface EngineFlags {
  engine?: EngineRequest | undefined
  threads?: number | undefined
}

export async function loadTranslator(
  folders: readonly string[],
  { engine, threads }: EngineFlags,
): Promise<Translator> {
  const translators = await loadTranslators(folders, { engine, threads })
  const [only, ...others] = translators
  return only && others.length === 0 ? only : Translator.ensemble(translators, { engine, threads })
}

/** One translator a folder. */
export async function loadTranslators(
  folders: readonly string[],
  { engine, threads }: EngineFlags = {},
): Promise<Translator[]> {
  for (const folder of folders) await requireFinished(folder)
  return Promise.all(folders.map((folder) => Translator.load(folder, { engine, threads })))
}

/** A run that has not ended has checkpoints and no model: whoever wants one of them shall name it. */
async function requireFinished(folder: string): Promise<void> {
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
