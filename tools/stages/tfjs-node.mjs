/**
 * What computes eagerly, on tfjs-node: where it has been built, in CI, and when asked for by name. Building it fetches
 * TensorFlow from PyPI, which the everyday `npm test` does without; where it cannot be had, the stage says so and passes.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root, run } from '../process.mjs'
import { runTests } from './unit.mjs'

/** Those tests of core whose eager half runs on the engine that ATTENTIVE_TEST_ENGINE names. */
const suites = [
  'engine/tfjs-node.test.ts',
  'engine/scan.test.ts',
  'ops',
  'layers',
  'primitives',
  'decoding',
  'training/gradients.test.ts',
  'training/compiled-step.test.ts',
  'training/trainer.test.ts',
  'training/optimizers',
].map((name) => `packages/core/test/${name}`)

/** How tools/tfjs-node/build.ts ends where something is missing that it cannot bring. */
const unavailable = 3

function isBuilt() {
  const require = createRequire(join(root, 'packages/core/package.json'))
  try {
    const folder = dirname(require.resolve('@tensorflow/tfjs-node/package.json'))
    return existsSync(join(folder, 'lib/napi-v8/tfjs_binding.node'))
  } catch {
    return false
  }
}

/**
 * @param {import('../tally.mjs').Tally} tally
 * @param {{ isNamed: boolean }} how
 */
export async function tfjsNode(tally, { isNamed }) {
  if (!isNamed && process.env.CI !== 'true' && !isBuilt()) {
    console.log(
      '  – skipped: tfjs-node is not built here; "npm test -- tfjs-node" builds it and tests on it.',
    )
    return
  }
  const { code, output } = await run('tsx', ['tools/tfjs-node/build.ts'])
  if (code === unavailable) {
    console.log(`  – skipped:\n${output.trimEnd().replace(/^/gm, '    ')}`)
    return
  }
  tally.ended('tfjs-node is built', { code, output })
  if (code === 0) await runTests(tally, suites, { ATTENTIVE_TEST_ENGINE: 'tfjs-node' })
}
