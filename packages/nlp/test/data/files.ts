/** A folder for the files of one test file, removed at its end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'attentive-data-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

export const pathOf = (name: string): string => join(folder, name)

export function write(name: string, content: string | Uint8Array): string {
  writeFileSync(pathOf(name), content)
  return pathOf(name)
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
