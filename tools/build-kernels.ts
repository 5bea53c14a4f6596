/**
 * Compiles packages/core/assembly/kernels.ts to WebAssembly and writes it, as base64, where the package imports it:
 * `npx tsx tools/build-kernels.ts`. The result is committed, so that users and tests need no compiler; a test
 * compares it with a fresh build.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as asc from 'assemblyscript/asc'

const sourceFile = fileURLToPath(new URL('../packages/core/assembly/kernels.ts', import.meta.url))
const targetFile = fileURLToPath(
  new URL('../packages/core/src/engine/native/kernels.wasm.ts', import.meta.url),
)

const flags = ['--outFile', 'kernels.wasm', '--runtime', 'stub', '--importMemory', '--noAssert']
const optimisation = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--enable', 'simd']

/** The WebAssembly binary of the kernels, compiled anew. */
export async function compileKernels(): Promise<Uint8Array> {
  const source = await readFile(sourceFile, 'utf8')
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(['kernels.ts', ...flags, ...optimisation], {
    readFile: (name) => (name === 'kernels.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'kernels.wasm') binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error || !binary)
    throw new Error(`kernels.ts does not compile:\n${stderr.toString()}`, { cause: error })
  return binary
}

/** The module that holds `binary`. */
export function kernelsModule(binary: Uint8Array): string {
  const base64 = Buffer.from(binary).toString('base64')
  return `/** Made by tools/build-kernels.ts from assembly/kernels.ts: do not edit. */\nexport const kernelsBase64 =\n  '${base64}'\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(targetFile, kernelsModule(await compileKernels()))
