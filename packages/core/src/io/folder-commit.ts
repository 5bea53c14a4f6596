/**
 * Replaces several files of a folder as one: after a crash at any moment, the folder holds all of the old or all of
 * the new contents, and no other file in it is touched.
 *
 * New files are written beside the old with the suffix `next`. The commit is one rename: the manifest's `partial` becomes
 * its `next`. From then on a file's `next`, where there is one, is the file; moving them all to their names, the
 * manifest last, only tidies up, and whoever comes later can finish it. Without the manifest's `next`, other files with
 * a suffix are left-overs of a crash before the commit, and nothing.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { guardWrites, readRegularFile, syncFolder, writeDurably } from './storage.js'

const nextSuffix = '.attentive-next'
const partialSuffix = '.attentive-partial'
const next = (name: string) => name + nextSuffix
const partial = (name: string) => name + partialSuffix

/** Whether a commit uses this name for itself. */
export function isCommitName(name: string): boolean {
  return name.endsWith(nextSuffix) || name.endsWith(partialSuffix)
}

/** The contents of a committed folder, as they are now. */
export interface FolderFiles {
  /** The name of the file that decides about the commit. */
  manifestName: string
  /** Names of the other files of the set that `manifest` describes. */
  filesOf(manifest: Uint8Array<ArrayBuffer>): string[]
}

export interface FolderContents {
  manifest: Uint8Array
  files: ReadonlyMap<string, Uint8Array>
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Writes `contents` as the folder's new set of files; files of the old set that the new one has not are removed.
 * @throws StorageError when something cannot be written; the old contents stay as they were then.
 */
export async function commitFolder(
  folder: string,
  { manifest, files }: FolderContents,
  layout: FolderFiles,
): Promise<void> {
  const { manifestName } = layout
  await guardWrites(folder, async () => {
    await mkdir(folder, { recursive: true })
    await rollForward(folder, layout)
    const obsolete = await oldFiles(folder, layout, files)
    try {
      for (const [name, data] of files) await writeDurably(join(folder, next(name)), data)
      await writeDurably(join(folder, partial(manifestName)), manifest)
      await syncFolder(folder)
      await rename(join(folder, partial(manifestName)), join(folder, next(manifestName)))
    } catch (error) {
      for (const name of [...[...files.keys()].map(next), partial(manifestName)])
        await rm(join(folder, name), { force: true }).catch(() => undefined)
      throw error
    }
    await syncFolder(folder)
    await moveIntoPlace(folder, [...files.keys()], manifestName)
    for (const name of obsolete) await rm(join(folder, name), { force: true })
  })
}

/** Finishes a commit that a crash interrupted after its deciding rename, and sweeps what one before it left. */
async function rollForward(folder: string, layout: FolderFiles): Promise<void> {
  const committed = await readRegularFile(join(folder, next(layout.manifestName)), maxManifestBytes)
  if (committed) await moveIntoPlace(folder, namesIn(layout, committed), layout.manifestName)
  for (const name of (await readdir(folder)).filter(isCommitName))
    await rm(join(folder, name), { force: true })
}

async function moveIntoPlace(folder: string, names: string[], manifestName: string): Promise<void> {
  for (const name of names)
    if (await exists(join(folder, next(name)))) await rename(join(folder, next(name)), join(folder, name))
  await syncFolder(folder)
  await rename(join(folder, next(manifestName)), join(folder, manifestName))
  await syncFolder(folder)
}

async function oldFiles(
  folder: string,
  layout: FolderFiles,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<string[]> {
  const manifest = await readRegularFile(join(folder, layout.manifestName), maxManifestBytes)
  return manifest ? namesIn(layout, manifest).filter((name) => !files.has(name)) : []
}

/** A manifest that makes no sense names no files: it is about to be replaced. */
function namesIn(layout: FolderFiles, manifest: Uint8Array<ArrayBuffer>): string[] {
  try {
    return layout.filesOf(manifest)
  } catch {
    return []
  }
}

/** Manifests are configurations: 16 MiB are plenty. */
export const maxManifestBytes = 16 * 2 ** 20

/** Reads one file of the current set, whether or not the last commit has been tidied up. */
export type FolderReader = (name: string, maxBytes: number) => Promise<Uint8Array<ArrayBuffer> | null>

/** The current manifest and a reader for the files that belong to it; null when the folder has none. */
export async function openFolder(
  folder: string,
  manifestName: string,
): Promise<{ manifest: Uint8Array<ArrayBuffer>; read: FolderReader } | null> {
  const committed = await readRegularFile(join(folder, next(manifestName)), maxManifestBytes)
  const manifest = committed ?? (await readRegularFile(join(folder, manifestName), maxManifestBytes))
  if (!manifest) return null
  const read: FolderReader = async (name, maxBytes) => {
    const fresh = committed ? await readRegularFile(join(folder, next(name)), maxBytes) : null
    return fresh ?? readRegularFile(join(folder, name), maxBytes)
  }
  return { manifest, read }
}
