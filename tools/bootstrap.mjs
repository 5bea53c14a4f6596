/**
 * Makes a fresh clone ready with nothing but Node and npm: brings the pnpm that package.json names, and installs
 * what the lockfile says. Everything comes from the npm registry; a second run has nearly nothing to do.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, programFolders, root, run } from './process.mjs'
import { workspaceMembers } from './workspace.mjs'

const { packageManager, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Holds the fingerprint of what is installed; it goes when node_modules goes. */
const stampFile = join(root, 'node_modules/.installed')

function requireNode() {
  const oldest = Number(engines.node.match(/\d+/)[0])
  if (Number.parseInt(process.versions.node, 10) < oldest)
    throw new Error(`Node ${oldest} or newer is needed, this is ${process.version}. See https://nodejs.org.`)
}

/**
 * Installs the pinned pnpm into a folder of the repository, unless it is there. It moves to its place when it is
 * whole, so that an interrupted installation leaves nothing half-finished.
 */
async function bringPnpm() {
  const tools = join(root, '.tools')
  const folder = join(tools, packageManager)
  if (!existsSync(folder)) {
    mkdirSync(tools, { recursive: true })
    const scratch = mkdtempSync(join(tools, 'new-'))
    const flags = ['--no-save', '--no-package-lock', '--ignore-scripts']
    const { code, output } = await npm(['install', '--prefix', scratch, ...flags, packageManager])
    if (code !== 0) throw new Error(`npm could not install ${packageManager}:\n${output}`)
    renameSync(scratch, folder)
  }
  programFolders.splice(1, 0, join(folder, 'node_modules/.bin'))
}

/** Changes whenever an installation could. */
function fingerprint() {
  const manifests = workspaceMembers().map(({ folder }) => join(folder, 'package.json'))
  const settings = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']
  const hash = createHash('sha256')
  for (const file of [...settings.map((name) => join(root, name)), ...manifests])
    hash.update(readFileSync(file))
  return hash.digest('hex')
}

async function installDependencies() {
  const wanted = fingerprint()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return
  process.stderr.write('Installing dependencies …\n')
  rmSync(stampFile, { force: true })
  const flags = ['--frozen-lockfile', '--prefer-offline', '--config.confirm-modules-purge=false']
  const { code, output } = await run('pnpm', ['install', ...flags])
  if (code !== 0) throw new Error(`pnpm install failed:\n${output}`)
  writeFileSync(stampFile, wanted)
}

/**
 * Brings pnpm and all dependencies. Says something, on standard error, only when there is something to wait for.
 * @throws when Node is too old, or when the installation fails: with what npm or pnpm said
 */
export async function bootstrap() {
  requireNode()
  await bringPnpm()
  await installDependencies()
}

/**
 * Builds packages and what they depend on; what is unchanged comes from the cache.
 * @param {string[]} [names] default all
 * @throws with the compiler's output when one does not build
 */
export async function build(names = []) {
  const filters = names.map((name) => `--filter=${name}`)
  const { code, output } = await run('turbo', ['run', 'build', ...filters, '--output-logs=errors-only'])
  if (code !== 0) throw new Error(`The build failed:\n${output}`)
}
