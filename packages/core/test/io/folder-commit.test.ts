import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { NdArray } from '../../src/engine/nd-array.js'
import { StorageError } from '../../src/errors.js'
import { loadModelFolder, saveModelFolder } from '../../src/io/model-folder.js'
import { writeFileAtomically } from '../../src/io/storage.js'

/** Lets the `failAt`-th write operation fail, as a full disk does; with `dead` nothing works from then on. */
const disk = vi.hoisted(() => ({
  operations: 0,
  failAt: Number.POSITIVE_INFINITY,
  dead: false,
  code: 'ENOSPC',
  fails(): boolean {
    const index = this.operations++
    return index === this.failAt || (this.dead && index > this.failAt)
  },
  error(): Error {
    return Object.assign(new Error(`${this.code}: the disk says no`), { code: this.code })
  },
}))

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  const faulty =
    <A extends unknown[], R>(operation: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (disk.fails()) throw disk.error()
      return operation(...args)
    }
  const open = async (...args: Parameters<typeof fs.open>) => {
    const file = await fs.open(...args)
    if (args[1] !== 'w') return file
    const { writeFile, sync } = file
    file.writeFile = async (data) => {
      if (!disk.fails()) return writeFile.call(file, data)
      // A full disk takes the first part.
      await writeFile.call(file, Buffer.from(data as Uint8Array).subarray(0, 7))
      throw disk.error()
    }
    file.sync = faulty(() => sync.call(file))
    return file
  }
  return { ...fs, open, rename: faulty(fs.rename), mkdir: faulty(fs.mkdir), rm: faulty(fs.rm) }
})

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attentive-commit-'))
})
afterEach(() => {
  Object.assign(disk, { failAt: Number.POSITIVE_INFINITY, dead: false, code: 'ENOSPC' })
})
afterAll(() => rm(root, { recursive: true }))

function failFromNow(after: number, dead = false): void {
  Object.assign(disk, { operations: 0, failAt: after, dead })
}

const save = (folder: string, version: number) =>
  saveModelFolder(folder, {
    task: 'test',
    config: { version },
    weights: { w: new NdArray(new Float32Array(50).fill(version), [50]) },
    files: { 'common.txt': `version ${version}`, [`only-${version}.txt`]: 'x' },
  })

/** The version that the folder holds, after checking that all of it is of that version. */
async function versionIn(folder: string): Promise<number> {
  const loaded = await loadModelFolder(folder, { schema: z.object({ version: z.number() }) })
  const { version } = loaded.config
  expect(new Set(loaded.weights.w?.data)).toEqual(new Set([version]))
  expect(new TextDecoder().decode(await loaded.file('common.txt'))).toBe(`version ${version}`)
  await loaded.file(`only-${version}.txt`)
  return version
}

describe('saving a folder over an old one', () => {
  for (const dead of [false, true])
    it(`leaves the old or the new, whole, when the disk ${dead ? 'dies' : 'fails'} at any operation`, async () => {
      const seen = new Set<number>()
      for (let failAt = 0; ; failAt++) {
        const folder = join(root, `${dead}-${failAt}`)
        await save(folder, 1)
        failFromNow(failAt, dead)
        const error = await save(folder, 2).catch((e: unknown) => e)
        failFromNow(Number.POSITIVE_INFINITY)
        seen.add(await versionIn(folder))
        await save(folder, 3)
        expect(await versionIn(folder)).toBe(3)
        expect((await readdir(folder)).filter((name) => /next|partial/.test(name))).toEqual([])
        if (error === undefined) break
        expect(error).toBeInstanceOf(StorageError)
        expect(failAt).toBeLessThan(60)
      }
      expect([...seen].sort()).toEqual([1, 2])
    })

  it('says what the file system said', async () => {
    const folder = join(root, 'errors')
    for (const [code, text] of [
      ['ENOSPC', 'a full disk (ENOSPC)'],
      ['EROFS', 'a read-only file system (EROFS)'],
      ['EACCES', 'no permission (EACCES)'],
    ] as const) {
      disk.code = code
      failFromNow(3)
      await expect(save(folder, 1)).rejects.toThrow(text)
    }
  })
})

describe('writeFileAtomically', () => {
  it('leaves the old or the new file when the disk fails at any operation', async () => {
    const path = join(root, 'deep', 'file.txt')
    for (let failAt = 0; ; failAt++) {
      await writeFileAtomically(path, 'the old text')
      failFromNow(failAt)
      const error = await writeFileAtomically(path, 'the new text').catch((e: unknown) => e)
      failFromNow(Number.POSITIVE_INFINITY)
      expect(['the old text', 'the new text']).toContain(await readFile(path, 'utf8'))
      expect(await readdir(join(root, 'deep'))).toEqual(['file.txt'])
      if (error === undefined) break
      expect(error).toBeInstanceOf(StorageError)
    }
    expect(await readFile(path, 'utf8')).toBe('the new text')
  })
})
