/**
 * Builds a program of this repository and becomes it: `node tools/start.mjs demo [ARGUMENT…]`. Only the program
 * itself writes to standard output, and it gets the terminal, the signals and the exit code.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bootstrap, build } from './bootstrap.mjs'
import { root } from './process.mjs'

/** @type {Record<string, { package: string, file: string }>} */
const programs = {
  attentive: { package: '@attentive/cli', file: 'apps/cli/dist/main.js' },
  demo: { package: '@attentive/examples', file: 'apps/examples/dist/translation/date-demo.js' },
}

/** @param {string} name */
async function prepare(name) {
  const program = programs[name]
  if (!program) throw new Error(`Name a program: ${Object.keys(programs).join(', ')}.`)
  await bootstrap()
  await build([program.package])
  return join(root, program.file)
}

const [name = '', ...args] = process.argv.slice(2)
const file = await prepare(name).catch((error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
process.argv = [process.execPath, file, ...args]
await import(pathToFileURL(file).href)
