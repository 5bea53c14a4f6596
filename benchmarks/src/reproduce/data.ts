/** The data of a recipe: found, read, and told apart from other data by checksums. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DataError } from '@attentive/core'
import type { Recipe } from '../../recipes/recipe.js'

/** @throws DataError naming what is missing, and where it comes from. */
export function requireData(folder: string, recipe: Recipe): void {
  const names = namesOf(recipe)
  const missing = names.filter((name) => !existsSync(join(folder, name)))
  if (missing.length === 0) return
  throw new DataError({
    argument: folder,
    expected: `the files ${names.join(', ')}`,
    received: missing.length === names.length ? 'none of them' : `all but ${missing.join(', ')}`,
    hint: `They come from ${recipe.source}; say where they are with --data DIR.`,
  })
}

/** SHA-256 of each file by name. */
export async function checksumsOf(folder: string, recipe: Recipe): Promise<Record<string, string>> {
  const checksums: Record<string, string> = {}
  for (const name of namesOf(recipe)) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(folder, name)), hash)
    checksums[name] = hash.digest('hex')
  }
  return checksums
}

const namesOf = (recipe: Recipe): string[] =>
  recipe.task === 'forecast' ? [recipe.file] : Object.values(recipe.files).flat()
