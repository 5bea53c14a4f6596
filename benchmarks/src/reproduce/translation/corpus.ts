import { join } from 'node:path'
import { parallelText, type TextPair } from '@attentive/nlp'
import type { CorpusFiles } from '../../../recipes/recipe.js'

/** In memory: these corpora are small, and are then encoded only once. */
export async function readCorpus(folder: string, [source, target]: CorpusFiles): Promise<TextPair[]> {
  const pairs: TextPair[] = []
  for await (const pair of parallelText(join(folder, source), join(folder, target))) pairs.push(pair)
  return pairs
}
