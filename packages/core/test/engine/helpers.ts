/** What tests of compiled functions share. */
import '../eager-backend.js'
import { expect } from 'vitest'
import { type Compiled, type CompileOptions, compile } from '../../src/engine/compile.js'
import { NdArray, sizeOf } from '../../src/engine/nd-array.js'
import type { Rng } from '../../src/engine/random.js'
import {
  findOnnxRuntime,
  type OnnxRuntime,
  type OnnxSession,
  useOnnxRuntime,
} from '../../src/engine/runtime/onnx-runtime.js'
import { flattenTree } from '../../src/engine/tree.js'
import { expectClose } from '../../src/testing/close-to.js'

export function array(values: number[], shape: number[] = [values.length]): NdArray {
  return new NdArray(Float32Array.from(values), shape)
}

export function integers(values: number[], shape: number[] = [values.length]): NdArray {
  return new NdArray(Int32Array.from(values), shape)
}

export function normal(rng: Rng, ...shape: number[]): NdArray {
  return new NdArray(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.nextNormal()),
    shape,
  )
}

/** Every leaf of two results, by path. */
export function expectSameTree(actual: unknown, expected: unknown, tolerance = 1e-4): void {
  const found = flattenTree<NdArray>(actual)
  const wanted = flattenTree<NdArray>(expected)
  expect(found.map(({ path }) => path)).toEqual(wanted.map(({ path }) => path))
  wanted.forEach(({ path, leaf }, i) => {
    const result = found[i]?.leaf as NdArray
    expect(`${path}: ${result.dtype}`).toBe(`${path}: ${leaf.dtype}`)
    expectClose(result, leaf, { absolute: tolerance, relative: tolerance, name: path })
  })
}

/** Compiled equals eager, in three runs: the first one hides bugs that later ones show. */
export async function expectCompiledAsEager<Args>(
  fn: (args: Args) => unknown,
  args: unknown,
  { tolerance, ...options }: CompileOptions & { tolerance?: number } = {},
): Promise<void> {
  const eager = compile(fn, { engine: 'eager' }) as Compiled<unknown, unknown>
  const compiled = compile(fn, { ...options, engine: 'onnxruntime' }) as Compiled<unknown, unknown>
  const expected = await eager(args as never)
  for (let run = 0; run < 3; run++) expectSameTree(await compiled(args as never), expected, tolerance)
  await compiled.dispose()
}

/** A runtime that counts its sessions, and can be told to fail. */
export class WatchedRuntime {
  created = 0
  released = 0
  running = 0
  mostRunning = 0
  /** Called before each run; throw to make it fail. */
  beforeRun: () => void = () => {}

  /** In place of the one that was found, until `restore`. */
  install(): void {
    const found = findOnnxRuntime()
    if (found.runtime === null) throw new Error(found.reason)
    const { runtime } = found
    useOnnxRuntime({
      Tensor: runtime.Tensor,
      InferenceSession: {
        create: async (model, options) => this.watch(await runtime.InferenceSession.create(model, options)),
      },
    } as OnnxRuntime)
  }

  restore(): void {
    useOnnxRuntime(null)
  }

  private watch(session: OnnxSession): OnnxSession {
    this.created++
    return {
      run: async (feeds, fetches) => {
        this.beforeRun()
        this.running++
        this.mostRunning = Math.max(this.mostRunning, this.running)
        try {
          return await session.run(feeds, fetches)
        } finally {
          this.running--
        }
      },
      release: async () => {
        this.released++
        await session.release?.()
      },
    }
  }
}
