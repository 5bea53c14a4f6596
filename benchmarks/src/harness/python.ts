/** The Python that runs the PyTorch peers: a virtual environment of the benchmark's own, or one that is named. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../.venv', import.meta.url))
/** Packages that all peers need. */
const common = ['torch', 'numpy']

const serveScript = fileURLToPath(new URL('../../peers/serve.py', import.meta.url))

function environmentPython(): string {
  const named = process.env.ATTENTIVE_PYTHON
  if (named) return named
  return process.platform === 'win32' ? `${folder}\\Scripts\\python.exe` : `${folder}/bin/python`
}

function canImport(python: string, requirements: readonly string[]): boolean {
  try {
    execFileSync(python, ['-c', `import ${requirements.join(', ')}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function run(file: string, args: string[]): void {
  execFileSync(file, args, { stdio: ['ignore', process.stderr, process.stderr] })
}

/**
 * Path of a Python that imports torch and what else is needed; makes the virtual environment and fetches the newest
 * releases if need be.
 */
export function peerPython(more: readonly string[] = []): string {
  const requirements = [...common, ...more]
  const python = environmentPython()
  if (canImport(python, requirements)) return python
  if (process.env.ATTENTIVE_PYTHON)
    throw new Error(`ATTENTIVE_PYTHON names ${python}, which cannot import ${requirements.join(', ')}.`)
  process.stderr.write(
    `Fetching ${requirements.join(', ')} into ${folder}: on Linux several GB, a few minutes, once.\n`,
  )
  if (!existsSync(python)) run('python3', ['-m', 'venv', folder])
  run(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', ...requirements])
  return python
}

/** The command that serves the PyTorch side of a row. */
export function peerCommand(python: string, threads: number) {
  return { file: python, args: [serveScript], env: { OMP_NUM_THREADS: `${threads}` } }
}
