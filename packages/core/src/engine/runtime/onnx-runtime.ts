/**
 * Finds ONNX Runtime. The package itself brings 1.16.3, the newest release that installs from the registry alone;
 * an application that depends on a newer onnxruntime-node gets that one.
 */
import { EngineError } from '../../errors.js'
import type { DType, NdData } from '../nd-array.js'
import { loadOptionalModule } from '../optional-module.js'

/** As much of ONNX Runtime's interface as is used here: 1.16 ships no types of its own. */
export interface OnnxTensor {
  readonly data: NdData
  readonly dims: readonly number[]
}

export interface OnnxSession {
  run(
    feeds: Record<string, OnnxTensor>,
    fetches: Record<string, OnnxTensor | null>,
  ): Promise<Record<string, OnnxTensor>>
  release?(): Promise<void>
}

export interface OnnxSessionOptions {
  intraOpNumThreads?: number
  interOpNumThreads: number
  executionMode: 'sequential'
  graphOptimizationLevel: 'disabled' | 'basic' | 'extended' | 'all'
  enableMemPattern: boolean
  logSeverityLevel: 0 | 1 | 2 | 3 | 4
}

export interface OnnxRuntime {
  Tensor: new (type: DType, data: NdData, dims: readonly number[]) => OnnxTensor
  InferenceSession: { create(model: Uint8Array, options: OnnxSessionOptions): Promise<OnnxSession> }
}

export interface FoundRuntime {
  runtime: OnnxRuntime
  version: string
  /** Its main file, for threads that load it for themselves; null: not known. */
  path: string | null
}

export interface MissingRuntime {
  runtime: null
  /** Why it cannot be used, for people. */
  reason: string
}

let found: FoundRuntime | MissingRuntime | null = null

/** The application's own onnxruntime-node if it has one, else the one this package brings. */
export function findOnnxRuntime(): FoundRuntime | MissingRuntime {
  if (found) return found
  const loaded = loadOptionalModule('onnxruntime-node')
  found =
    loaded.reason !== null
      ? { runtime: null, reason: loaded.reason }
      : { runtime: loaded.module as OnnxRuntime, version: loaded.version, path: loaded.path }
  return found
}

/** @throws EngineError when there is none. */
export function requireOnnxRuntime(): OnnxRuntime {
  const found = findOnnxRuntime()
  if (found.runtime !== null) return found.runtime
  throw new EngineError({
    argument: 'onnxruntime-node',
    expected: 'the module to load',
    received: found.reason,
    hint: 'Install it with `npm install onnxruntime-node@1.16.3`, or run eagerly (ATTENTIVE_ENGINE=eager).',
  })
}

/** A tensor over `data`: shared, not copied. */
export function onnxTensor(dtype: DType, data: NdData, shape: readonly number[]): OnnxTensor {
  return new (requireOnnxRuntime().Tensor)(dtype, data, shape)
}

/**
 * Uses a given onnxruntime-node module from now on; null: looks for it again. `{ runtime: null, reason }`: goes on as
 * if there were none. For tests and bundlers.
 * @param path its main file; without it batches are not divided among threads, which load it for themselves.
 */
export function useOnnxRuntime(
  runtime: OnnxRuntime | MissingRuntime | null,
  version = 'given',
  path: string | null = null,
): void {
  if (runtime === null) found = null
  else found = 'runtime' in runtime ? runtime : { runtime, version, path }
}
