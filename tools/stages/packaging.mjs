/**
 * What a user gets: the packed packages, installed with plain npm into an empty project outside this repository, once
 * with install scripts and once without; every entry and the examples of the documents are run there.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root, run } from '../process.mjs'
import { withTarballs } from './packages.mjs'

/** @typedef {import('../tally.mjs').Tally} Tally */

/** Brought by those who want them: their installers fetch files from outside the registry. */
const optionalPeers = ['@tensorflow/tfjs-node', 'danfojs-node']

const tested = ['@attentive/core', '@attentive/nlp', '@attentive/timeseries', '@attentive/cli']

/** Whose first examples are run as they stand, and what each must print. */
const documents = [
  { file: 'README.md', prints: [/^1987-09-06 .*^.*engine: onnxruntime$/ms] },
  { file: 'packages/core/README.md', prints: [/^engine: onnxruntime$/m] },
  {
    file: 'docs/guides/timeseries.md',
    prints: [/^segrnn +[\d.]+.*\nseasonal-naive +[\d.]+/m, /^changes: 2024-03-22, 2024-05-20$/m],
  },
  { file: 'docs/guides/metrics.md', prints: [/^BLEU\|.*\nchrF2\+\+\|.*\nTER\|.* = [\d.]+$/m] },
  {
    file: 'docs/guides/extending.md',
    prints: [
      /^mean squared error 0\.00\d\d\ncompiled 1 time, engine: onnxruntime$/m,
      /^context of 1,1,2$/m,
      /^hidden 5,2,6, attention 5,2,7$/m,
    ],
  },
]

/** Every entry, imported and used at run time. */
const entries = `
  import '@tensorflow/tfjs-backend-cpu'
  import * as tf from '@tensorflow/tfjs-core'
  import * as core from '@attentive/core'
  import * as nlp from '@attentive/nlp'
  import * as timeseries from '@attentive/timeseries'
  import { checkGradients, expectClose } from '@attentive/core/testing'
  import { AttentiveLSTM } from '@attentive/core/tf-layers'
  checkGradients(({ x }) => core.linear(x, tf.ones([2, 3])), { x: tf.ones([4, 3]) })
  const outputs = new AttentiveLSTM({ units: 2, returnSequences: true }).apply(tf.ones([1, 4, 3]))
  expectClose([...outputs.shape], [1, 4, 2])
  expectClose([new nlp.Bleu().corpusScore(['a b c d'], ['a b c d']).score], [100])
  const chart = timeseries.forecastChart({ history: { times: [1, 2], values: [1, 2] }, forecast: { times: [3], values: [3] } })
  expectClose([(await chart.toHtml()).includes('<html') ? 1 : 0], [1])
  console.log('every entry works')
`

/** @param {string} file @param {number} count */
function examplesOf(file, count) {
  const blocks = readFileSync(join(root, file), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)
  const examples = [...blocks].map(([, code = '']) => code).slice(0, count)
  if (examples.length < count)
    throw new Error(
      `${file}: expected ${count} examples, blocks that start with \`\`\`ts, found ${examples.length}.`,
    )
  return examples
}

/** @param {Tally} tally */
export async function packaging(tally) {
  const { stdout } = await npm(['config', 'get', 'registry'])
  const registries = ['https://registry.npmjs.org/', stdout.trim()]
  await withTarballs(async (packed, scratch) => {
    const tarballs = packed.filter(({ name }) => tested.includes(name)).map(({ tarball }) => tarball)
    for (const scripts of [true, false]) {
      const title = scripts ? 'with install scripts' : 'without install scripts'
      const project = join(scratch, title.replaceAll(' ', '-'))
      const flags = [
        `--ignore-scripts=${!scripts}`,
        '--omit-lockfile-registry-resolved=false',
        '--prefer-offline',
      ]
      makeProject(project)
      const install = await npm(['install', ...flags, ...tarballs], { cwd: project })
      tally.ended(`${title}: npm installs the packages`, install)
      if (install.code !== 0) continue
      checkTree(tally, title, project, registries)
      tally.ended(`${title}: npm finds the tree sound`, await npm(['ls', '--all'], { cwd: project }))
      await checkEntries(tally, title, project)
      await checkCommand(tally, title, project)
      for (const { file, prints } of documents)
        for (const [i, code] of examplesOf(file, prints.length).entries()) {
          const name = prints.length > 1 ? `example ${i + 1} of ${file}` : `the example of ${file}`
          await checkExample(tally, `${title}: ${name}`, project, {
            code,
            prints: /** @type {RegExp} */ (prints[i]),
          })
        }
    }
  })
}

/** @param {string} folder */
function makeProject(folder) {
  mkdirSync(folder)
  const manifest = { name: 'a-user', version: '1.0.0', private: true, type: 'module' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
}

/**
 * @param {Tally} tally
 * @param {string} title
 * @param {string} project
 * @param {string[]} registries
 */
function checkTree(tally, title, project, registries) {
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'))
  /** @type {[string, { resolved?: string, hasInstallScript?: boolean }][]} */
  const installed = Object.entries(lock.packages).filter(([path]) => path !== '')
  const foreign = installed
    .filter(([path, { resolved = 'nowhere' }]) => {
      const isOurs = tested.some((name) => path === `node_modules/${name}`) && resolved.startsWith('file:')
      return !isOurs && !registries.some((registry) => resolved.startsWith(registry))
    })
    .map(([path, { resolved }]) => `${path} from ${resolved}`)
  tally.check(`${title}: everything comes from the registry`, foreign.length === 0, foreign.join('\n'))

  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)
  tally.check(`${title}: nothing brings an install script`, scripted.length === 0, scripted.join('\n'))

  const uninvited = optionalPeers.filter((name) => existsSync(join(project, 'node_modules', name)))
  tally.check(`${title}: optional peers stay away`, uninvited.length === 0, uninvited.join('\n'))

  for (const name of tested) {
    const manifest = readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')
    tally.check(
      `${title}: ${name} does not mention the workspace`,
      !manifest.includes('workspace:'),
      manifest,
    )
  }
}

/**
 * @param {Tally} tally
 * @param {string} title
 * @param {string} project
 */
async function checkEntries(tally, title, project) {
  writeFileSync(join(project, 'entries.mjs'), entries)
  const { code, output } = await run(process.execPath, ['entries.mjs'], { cwd: project, minutes: 3 })
  tally.check(`${title}: every entry can be used`, code === 0 && output.includes('every entry works'), output)
}

/**
 * @param {Tally} tally
 * @param {string} title
 * @param {string} project
 */
async function checkCommand(tally, title, project) {
  const doctor = await npm(['exec', '--offline', '--', 'attentive', 'doctor', '--json'], { cwd: project })
  tally.ended(`${title}: the command runs`, doctor)
  if (doctor.code !== 0) return
  const { engine } = JSON.parse(doctor.stdout)
  tally.check(`${title}: the command finds the native engine`, engine === 'onnxruntime', doctor.stdout)
}

/**
 * @param {Tally} tally
 * @param {string} title
 * @param {string} project
 * @param {{ code: string, prints: RegExp }} example
 */
async function checkExample(tally, title, project, { code, prints }) {
  writeFileSync(join(project, 'example.mts'), code)
  const flags = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck']
  const nodeTypes = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const compiled = await run('tsc', [...flags, ...nodeTypes, 'example.mts'], { cwd: project })
  tally.ended(`${title} has the right types`, compiled)
  if (compiled.code !== 0) return
  const env = { ATTENTIVE_ENGINE: 'auto', NODE_OPTIONS: '' }
  const example = await run(process.execPath, ['example.mjs'], { cwd: project, env, minutes: 3 })
  tally.ended(`${title} runs`, example)
  const isRight = prints.test(example.stdout) && !example.output.includes('AttentiveWarning')
  tally.check(`${title} prints what it should, on the native engine`, isRight, example.output)
}
