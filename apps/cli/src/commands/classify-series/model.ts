import { SeriesClassifier } from '@attentive/timeseries'
import { requireFinished } from '../../finished-model.js'
import type { EngineFlags } from '../../options.js'

/** @throws CheckpointError when there is no finished classifier in the folder. */
export async function loadClassifier(
  folder: string,
  { engine, threads }: EngineFlags,
): Promise<SeriesClassifier> {
  await requireFinished(folder)
  return SeriesClassifier.load(folder, { engine, threads })
}
