/**
 * What a user gets: the packed packages, installed with plain npm into an empty project outside this repository, once
 * with install scripts and once without, and the README's example run there.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root, run } from '../process.mjs'
import { withTarballs } from './packages.mjs'

/** @typedef {import('../tally.mjs').Tally} Tally */

/** Brought by those who want them: their installers fetch files from outside the registry. */
const optionalPeers = ['@tensorflow/tfjs-node', 'danfojs-node']

const tested = ['@attentive/core', '@attentive/nlp']

/** Whose first example is run, and what it must print. */
const readmes = [
  { file: 'README.md', prints: /^1987-09-06 .*^.*engine: onnxruntime$/ms },
  { file: 'packages/core/README.md', prints: /^engine: onnxruntime$/m },
]

/** @param {string} file */
function exampleOf(file) {
  const example = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, file), 'utf8'))?.[1]
  if (!example) throw new Error(`${file} has no example: expected a block that starts with \`\`\`ts.`)
  return example
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
      for (const readme of readmes) await checkExample(tally, title, project, readme)
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
 * @param {typeof readmes[number]} readme
 */
async function checkExample(tally, title, project, { file, prints }) {
  writeFileSync(join(project, 'example.mts'), exampleOf(file))
  const flags = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck']
  const nodeTypes = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const compiled = await run('tsc', [...flags, ...nodeTypes, 'example.mts'], { cwd: project })
  tally.ended(`${title}: the example of ${file} has the right types`, compiled)
  if (compiled.code !== 0) return
  const env = { ATTENTIVE_ENGINE: 'auto', NODE_OPTIONS: '' }
  const example = await run(process.execPath, ['example.mjs'], { cwd: project, env, minutes: 3 })
  tally.ended(`${title}: the example of ${file} runs`, example)
  const isNative = prints.test(example.stdout) && !example.output.includes('AttentiveWarning')
  tally.check(`${title}: the native engine ran the example of ${file}`, isNative, example.output)
}
