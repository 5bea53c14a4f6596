/** Native modules that may or may not be there: the application's own, else the one beside this package. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface FoundModule {
  module: unknown
  version: string
  /** Its main file. */
  path: string
  reason: null
}

export interface MissingModule {
  module: null
  /** Why it cannot be used, for people. */
  reason: string
}

/** The first line of what an error says, without its full stop: it goes into sentences. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.trim().replace(/\.$/, '')
}

function loadFrom(
  place: string,
  name: string,
  neededFile: string | undefined,
): FoundModule | MissingModule | null {
  const require = createRequire(place)
  let folder: string
  try {
    folder = dirname(require.resolve(`${name}/package.json`))
  } catch {
    return null
  }
  if (neededFile !== undefined && !existsSync(join(folder, neededFile)))
    return { module: null, reason: `${name} is installed without ${neededFile}` }
  try {
    const { version } = require(`${name}/package.json`) as { version: string }
    return { module: require(name), version, path: require.resolve(name), reason: null }
  } catch (error) {
    return { module: null, reason: firstLine(error) }
  }
}

/**
 * Loads a module; one that is installed and does not load says why.
 * @param neededFile a file of the package without which it is not even tried: loading half of a module has effects.
 */
export function loadOptionalModule(name: string, neededFile?: string): FoundModule | MissingModule {
  const places = [join(process.cwd(), 'package.json'), import.meta.url]
  let missing: MissingModule | null = null
  for (const place of places) {
    const loaded = loadFrom(place, name, neededFile)
    if (loaded?.reason === null) return loaded
    missing ??= loaded
  }
  return missing ?? { module: null, reason: `${name} is not installed` }
}
