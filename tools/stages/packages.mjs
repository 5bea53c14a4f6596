/** The packages as they would be published: their manifests, entries and types. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../process.mjs'
import { workspaceMembers } from '../workspace.mjs'

/** @typedef {import('../tally.mjs').Tally} Tally */
/** @typedef {{ name: string, folder: string, isLibrary: boolean }} PublishedPackage */

/** @returns {PublishedPackage[]} */
function publishedPackages() {
  return workspaceMembers()
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest: { name, exports = {} } }) => ({ folder, name, isLibrary: '.' in exports }))
}

/**
 * Packs every published package into a temporary folder, which `use` may read.
 * @param {(tarballs: (PublishedPackage & { tarball: string })[], folder: string) => Promise<void>} use
 */
export async function withTarballs(use) {
  const scratch = mkdtempSync(join(tmpdir(), 'attentive-packages-'))
  try {
    const tarballs = []
    for (const published of publishedPackages()) {
      const destination = join(scratch, published.name)
      const packed = await run('pnpm', ['pack', '--pack-destination', destination], { cwd: published.folder })
      if (packed.code !== 0) throw new Error(`${published.name} cannot be packed:\n${packed.output}`)
      const [file = ''] = readdirSync(destination)
      tarballs.push({ ...published, tarball: join(destination, file) })
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
