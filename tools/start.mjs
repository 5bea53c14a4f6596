/** Builds a program of this repository, if it has to be built, and becomes it. */
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
  await orExit(async () => {
    await bootstrap()
    await build([name])
  })
  await become(file)
}

/**
 * Likewise for a program that runs from its TypeScript sources.
 * @param {string} file
 */
export async function startSource(file) {
  await orExit(bootstrap)
  const { register } = await import('tsx/esm/api')
  register()
  await become(file)
}

/** @param {() => Promise<void>} prepare */
async function orExit(prepare) {
  try {
    await prepare()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
}

/** @param {string} file */
async function become(file) {
  const path = join(root, file)
  process.argv[1] = path
  await import(pathToFileURL(path).href)
}
