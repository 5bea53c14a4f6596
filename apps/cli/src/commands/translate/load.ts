/** The translator of one folder, or the ensemble of several. */
import { type EngineOptions, Translator } from '@attentive/nlp'
import { requireFinished } from '../../finished-model.js'

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
