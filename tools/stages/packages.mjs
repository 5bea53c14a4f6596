/** The packages as they would be published: their manifests, entries and types. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../bootstrap.mjs'
import { run } from '../process.mjs'
import { workspaceMembers } from '../workspace.mjs'

/** @typedef {import('../tally.mjs').Tally} Tally */
/** @typedef {{ name: string, isLibrary: boolean, tarball: string }} PackedPackage */

function publishedPackages() {
  return workspaceMembers()
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest: { name, exports = {} } }) => ({ folder, name, isLibrary: '.' in exports }))
}

/**
 * Builds and packs every published package into a temporary folder, which `use` may fill further.
 * @param {(packed: PackedPackage[], folder: string) => Promise<void>} use
 */
export async function withTarballs(use) {
  const published = publishedPackages()
  await build(published.map(({ name }) => name))
  const scratch = mkdtempSync(join(tmpdir(), 'attentive-packages-'))
  try {
    const tarballs = []
    for (const { name, folder, isLibrary } of published) {
      const destination = join(scratch, name)
      const packed = await run('pnpm', ['pack', '--pack-destination', destination], { cwd: folder })
      if (packed.code !== 0) throw new Error(`${name} cannot be packed:\n${packed.output}`)
      const [file = ''] = readdirSync(destination)
      tarballs.push({ name, isLibrary, tarball: join(destination, file) })
    }
    await use(tarballs, scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** @param {Tally} tally */
export async function packages(tally) {
  await withTarballs(async (tarballs) => {
    for (const { name, tarball, isLibrary } of tarballs) {
      tally.ended(`${name}: publint finds nothing`, await run('publint', ['run', '--strict', tarball]))
      if (!isLibrary) continue
      const attw = await run('attw', ['--profile', 'esm-only', '--format', 'ascii', tarball])
      tally.ended(`${name}: every entry resolves with its types`, attw)
    }
  })
}
