/**
 * What is compared with Python packages: exported models with onnx's checker and onnxruntime, metrics with sacrebleu.
 * In CI, and when asked for by name: the packages come from PyPI, which the everyday `npm test` does without. Where they
 * cannot be had, the stage says so and passes.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from '../process.mjs'
import { runTests } from './unit.mjs'

const packages = ['numpy', 'onnx', 'onnxruntime', 'sacrebleu']
const suites = [
  'packages/core/test/io/export-onnx.test.ts',
  'packages/nlp/test/metrics/sacrebleu-live.test.ts',
]

const folder = join(root, '.tools/python')
const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

/** @returns {Promise<string | null>} why there is no such environment; null when there is one. */
async function makeEnvironment() {
  const has = await run(python, ['-c', `import ${packages.join(', ')}`])
  if (has.code === 0) return null
  if (!existsSync(python)) {
    const made = await run('python3', ['-m', 'venv', folder])
    if (made.code !== 0) return made.output
  }
  const installed = await run(python, ['-m', 'pip', 'install', '--quiet', ...packages], { minutes: 10 })
  return installed.code === 0 ? null : installed.output
}

/**
 * @param {import('../tally.mjs').Tally} tally
 * @param {{ isNamed: boolean }} how
 */
export async function comparisonsWithPython(tally, { isNamed }) {
  if (!isNamed && process.env.CI !== 'true') {
    console.log(
      '  – skipped: "npm test -- python" fetches onnx and sacrebleu from PyPI and compares with them.',
    )
    return
  }
  const missing = await makeEnvironment()
  if (missing !== null) {
    console.log(`  – skipped:\n${missing.trimEnd().replace(/^/gm, '    ')}`)
    return
  }
  const skipped = await runTests(tally, suites, { ATTENTIVE_PYTHON: python })
  const forPython = skipped.filter((title) => /python/i.test(title))
  tally.check('nothing is skipped for want of Python', forPython.length === 0, forPython.join('\n'))
}
