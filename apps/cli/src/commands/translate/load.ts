/** The translator of one folder, or the ensemble of several. */
import { join } from 'node:path'
import { CheckpointError, isModelFolder } from '@attentive/core'
import { type EngineOptions, Translator } from '@attentive/nlp'

export async function loadTranslator(
  folders: readonly string[],
  { engine, threads, precision }: EngineOptions,
): Promise<Translator> {
  const options = { engine, threads, precision }
  const translators = await loadTranslators(folders, options)
  const [only, ...others] = translators
  return only && others.length === 0 ? only : Translator.ensemble(translators, options)
}

/** One translator a folder. */
export async function loadTranslators(
  folders: readonly string[],
  options: EngineOptions = {},
): Promise<Translator[]> {
  for (const folder of folders) await requireFinished(folder)
  return Promise.all(folders.map((folder) => Translator.load(folder, options)))
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
