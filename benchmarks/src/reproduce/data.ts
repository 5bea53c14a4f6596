/** The data of a recipe: found, read, and told apart from other data by checksums. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DataError } from '@attentive/core'
import { parallelText, type TextPair } from '@attentive/nlp'
import type { CorpusFiles, Recipe } from '../../recipes/recipe.js'

/** @throws DataError naming what is missing, and where it comes from. */
export function requireData(folder: string, { files, source }: Recipe): void {
  const missing = namesOf(files).filter((name) => !existsSync(join(folder, name)))
  if (missing.length === 0) return
  throw new DataError({
    argument: folder,
    expected: `the files ${namesOf(files).join(', ')}`,
    received: missing.length === namesOf(files).length ? 'none of them' : `all but ${missing.join(', ')}`,
    hint: `They come from ${source}; say where they are with --data DIR.`,
  })
}

/** SHA-256 of each file by name. */
export async function checksumsOf(folder: string, { files }: Recipe): Promise<Record<string, string>> {
  const checksums: Record<string, string> = {}
  for (const name of namesOf(files)) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(folder, name)), hash)
    checksums[name] = hash.digest('hex')
  }
  return checksums
}

/** In memory: these corpora are small, and are then encoded only once. */
export async function readCorpus(folder: string, [source, target]: CorpusFiles): Promise<TextPair[]> {
  const pairs: TextPair[] = []
  for await (const pair of parallelText(join(folder, source), join(folder, target))) pairs.push(pair)
  return pairs
}

const namesOf = (files: Recipe['files']): string[] => Object.values(files).flat()
