/** The tests of the packages. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../process.mjs'

/** @param {import('../tally.mjs').Tally} tally */
export async function unit(tally) {
  await runTests(tally)
}

/**
 * Runs tests, and counts them.
 * @param {import('../tally.mjs').Tally} tally
 * @param {string[]} [files] files or folders, default all
 * @param {Record<string, string>} [env] more environment variables
 * @returns {Promise<string[]>} what was skipped; it is listed, with what titles say about why
 */
export async function runTests(tally, files = [], env = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'attentive-unit-'))
  const file = join(scratch, 'results.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const minutes = process.env.ATTENTIVE_LONG_TESTS ? 60 : 15
    const { code } = await run('vitest', ['run', ...reporters, ...files], { output: 'show', env, minutes })
    const failed = tally.failed
    const skipped = existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8')), tally) : []
    for (const title of new Set(skipped)) console.log(`  – skipped: ${title}`)
    // Unhandled errors, or a worker that died, show in the exit code alone.
    tally.check(
      'vitest ends well',
      code === 0 || tally.failed > failed,
      'It failed without a failed test: see above.',
    )
    return skipped
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * @param {{ numPassedTests: number, testResults: { name: string, status: string,
 *   assertionResults: { status: string, fullName: string, ancestorTitles: string[], title: string }[] }[] }} results
 * @param {import('../tally.mjs').Tally} tally
 * @returns {string[]} for each skipped test its title, or that of its group: the one that says why
 */
function count({ numPassedTests, testResults }, tally) {
  tally.passed += numPassedTests
  for (const { name, status, assertionResults } of testResults) {
    const failures = assertionResults.filter((test) => test.status === 'failed')
    for (const { fullName } of failures) tally.check(fullName, false, name)
    if (status === 'failed' && failures.length === 0) tally.check(`${name} can be loaded`, false)
  }
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'skipped' || status === 'pending')
    .map(({ ancestorTitles, title }) =>
      /\((skipped|needs)\b/.test(title) ? title : (ancestorTitles[0] ?? title),
    )
}
