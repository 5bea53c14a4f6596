/** Builds a program of this repository and becomes it. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bootstrap, build } from './bootstrap.mjs'
import { root } from './process.mjs'

/**
 * The program runs in this process: it gets the arguments, the terminal, the signals and the exit code, and nothing
 * else has written to standard output.
 * @param {{ package: string, file: string }} program the package that builds it, and what to run then
 */
export async function start({ package: name, file }) {
  const path = join(root, file)
  try {
    await bootstrap()
    await build([name])
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
  process.argv[1] = path
  await import(pathToFileURL(path).href)
}
