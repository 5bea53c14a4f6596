/** Durable file operations with errors that say what to do. */
import { constants, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CheckpointError, StorageError } from '../errors.js'

const reasons: Record<string, string> = {
  ENOSPC: 'a full disk',
  EDQUOT: 'an exhausted disk quota',
  EFBIG: 'a limit on file sizes',
  EROFS: 'a read-only file system',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOTDIR: 'a file where a folder should be',
  EEXIST: 'a file where a folder should be',
  EISDIR: 'a folder where a file should be',
  ENAMETOOLONG: 'a name that is too long',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Runs `operation`; what the file system refuses becomes a StorageError about `path`. */
export async function guardWrites<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    const code = codeOf(error)
    if (!code.startsWith('E') || code.startsWith('ERR_')) throw error
    throw new StorageError({
      argument: path,
      expected: 'a place that can be written to',
      received: `${reasons[code] ?? (error as Error).message} (${code})`,
      hint: 'Nothing that was saved before is lost.',
      cause: error,
    })
  }
}

async function withFile<T>(
  path: string,
  flags: string | number,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

/** Creates or overwrites a file and waits until it is on the disk. */
export async function writeDurably(path: string, data: string | Uint8Array): Promise<void> {
  await withFile(path, 'w', async (file) => {
    await file.writeFile(data)
    await file.sync()
  })
}

/** Waits until renames within `folder` are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; its renames are in the journal anyway.
  if (process.platform !== 'win32') await withFile(folder, 'r', (handle) => handle.sync())
}

/**
 * Replaces a file as a whole: readers, and whoever looks after a crash, find the old contents or the new.
 * @throws StorageError when it cannot be written; the old file is untouched then.
 */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.partial`
  await guardWrites(path, async () => {
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeDurably(temporary, data)
      await rename(temporary, path)
      await syncFolder(dirname(path))
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
  })
}

/**
 * Reads a regular file. Links, pipes and devices are refused, and so is a file above `maxBytes`, before memory is taken.
 * @returns null when there is no such file.
 * @throws CheckpointError when it is none of a regular, readable, small enough file.
 */
export async function readRegularFile(
  path: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const refuse = (expected: string, received: string, cause?: unknown): never => {
    throw new CheckpointError({ argument: path, expected, received, cause })
  }
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  try {
    return await withFile(path, flags, async (file) => {
      const stats = await file.stat()
      if (!stats.isFile()) refuse('a regular file', 'something else')
      if (stats.size > maxBytes) refuse(`at most ${maxBytes} bytes`, `${stats.size}`)
      const buffer = await file.readFile()
      return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength)
    })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    if (!code.startsWith('E')) throw error
    return refuse(
      'a readable, regular file',
      code === 'ELOOP' ? 'a symbolic link' : (error as Error).message,
      error,
    )
  }
}
