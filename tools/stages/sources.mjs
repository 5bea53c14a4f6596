/** What can be said of the sources without running them. */
import { run } from '../process.mjs'

/** @typedef {import('../tally.mjs').Tally} Tally */

/** @param {Tally} tally */
export async function lint(tally) {
  tally.ended('formatted, and without lint', await run('biome', ['check', '--error-on-warnings', '.']))
}

/** @param {Tally} tally */
export async function types(tally) {
  tally.ended('types hold', await run('tsc', ['-p', 'tsconfig.json', '--pretty', 'false']))
}

/** @param {Tally} tally */
export async function imports(tally) {
  const folders = ['packages', 'apps', 'benchmarks', 'tools']
  const flags = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long']
  tally.ended('imports go the allowed way', await run('depcruise', [...flags, ...folders]))
}

/** @param {Tally} tally */
export async function unused(tally) {
  tally.ended('no file, export or dependency is unused', await run('knip', ['--no-progress']))
}
