/**
 * All that must hold, stage by stage: `npm test`, or `npm test -- lint types` for some of the stages. With `--long`,
 * tests that depend on chance try it more often. The last line counts the checks and tests; the exit code is 0 when none
 * failed.
 */
import { bootstrap, build } from './bootstrap.mjs'
import { packages } from './stages/packages.mjs'
import { packaging } from './stages/packaging.mjs'
import { comparisonsWithPython } from './stages/python.mjs'
import { imports, lint, types, unused } from './stages/sources.mjs'
import { tfjsNode } from './stages/tfjs-node.mjs'
import { unit } from './stages/unit.mjs'
import { Tally } from './tally.mjs'

/** @typedef {(tally: Tally, how: { isNamed: boolean }) => Promise<void>} Stage */

/** Throwing fails a stage, so what only has to succeed needs no check of its own. */
const succeeds = (/** @type {string} */ title, /** @type {() => Promise<void>} */ action) => {
  return async (/** @type {Tally} */ tally) => {
    await action()
    tally.check(title, true)
  }
}

/** @type {Record<string, Stage>} */
const stages = {
  install: succeeds('dependencies are installed', bootstrap),
  build: succeeds('every package builds', build),
  lint,
  types,
  imports,
  unused,
  packages,
  unit,
  packaging,
  'tfjs-node': tfjsNode,
  python: comparisonsWithPython,
}

const words = process.argv.slice(2)
const names = words.filter((word) => word !== '--long')

/** All, or those that are named and the installation, which they need. */
function chosenStages() {
  const unknown = names.filter((name) => !Object.hasOwn(stages, name))
  if (unknown.length > 0) {
    console.error(`No stage ${unknown.join(', ')}: expected some of ${Object.keys(stages).join(', ')}.`)
    process.exit(2)
  }
  return Object.entries(stages).filter(([name]) => names.length === 0 || ['install', ...names].includes(name))
}

/**
 * @param {string} name
 * @param {Stage} stage
 */
async function runStage(name, stage) {
  const tally = new Tally()
  const start = performance.now()
  console.log(`▸ ${name}`)
  try {
    await stage(tally, { isNamed: names.includes(name) })
  } catch (error) {
    tally.check(
      `the stage ${name} runs to its end`,
      false,
      error instanceof Error ? error.message : `${error}`,
    )
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const { passed, failed } = tally
  const summary = `${failed ? '✗' : '✓'} ${name}: ${passed} passed${failed ? `, ${failed} failed` : ''} in ${seconds} s`
  console.log(`  ${summary}`)
  return { passed, failed, summary }
}

if (words.includes('--long')) process.env.ATTENTIVE_LONG_TESTS = '1'
const chosen = chosenStages()
/** @type {{ passed: number, failed: number, summary: string }[]} */
const results = []
const start = performance.now()
for (const [name, stage] of chosen) results.push(await runStage(name, stage))
const sum = (/** @type {'passed' | 'failed'} */ key) =>
  results.reduce((total, result) => total + result[key], 0)
const minutes = ((performance.now() - start) / 60_000).toFixed(1)
console.log(`\n${results.map(({ summary }) => summary).join('\n')}\nin ${minutes} minutes\n`)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') === 0 ? 0 : 1
