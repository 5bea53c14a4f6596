/** Folders that a command makes on its way, and shall not leave behind empty when it fails. */
import { rm, rmdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { StorageError, writeFileAtomically } from '@attentive/core'

/** The folders of a path that are not there, innermost first. */
export async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = []
  for (let at = resolve(folder); (await statOf(at)) === null; at = dirname(at)) missing.push(at)
  return missing
}

/** Removes those that are there now and have nothing in them. @param folders innermost first. */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => undefined)
}

/**
 * Finds out before minutes of work, not after them; leaves everything as it was.
 * @throws StorageError when the file cannot be written.
 */
export async function requireWritableFile(file: string): Promise<void> {
  if ((await statOf(file))?.isDirectory())
    throw new StorageError({ argument: file, expected: 'a file to write to', received: 'a folder' })
  const missing = await missingFolders(dirname(file))
  const probe = `${file}.attentive-probe`
  try {
    await writeFileAtomically(probe, '')
    await rm(probe, { force: true })
  } finally {
    await removeEmpty(missing)
  }
}

/** null for what is not there, or cannot be reached. */
const statOf = (path: string) => stat(path).catch(() => null)
