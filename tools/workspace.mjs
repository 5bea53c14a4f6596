/** The members of the workspace, read without any tool. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './process.mjs'

/** @returns {{ folder: string, manifest: { name: string, private?: boolean, exports?: object } }[]} */
export function workspaceMembers() {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((child) => join(root, parent, child)),
  )
  return [...folders, join(root, 'benchmarks'), join(root, 'tools')]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
}
