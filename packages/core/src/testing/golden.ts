/** Golden values: small JSON files written by the scripts in `tools/golden` from a reference implementation. */
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { DataError } from '../errors.js'

/** How a script writes a tensor. */
export interface GoldenTensor {
  shape: number[]
  dtype: 'float32' | 'int32' | 'bool'
  /** Row-major. */
  values: number[]
}

function isGoldenTensor(value: object): value is GoldenTensor {
  return 'shape' in value && 'dtype' in value && 'values' in value
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(revive)
  if (isGoldenTensor(value)) return tf.tensor(value.values, value.shape, value.dtype)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]))
}

/**
 * Reads a golden file; every `{shape, dtype, values}` in it becomes a tensor on the current backend.
 * @throws DataError when the file cannot be read or is no JSON.
 */
export function loadGolden<T>(path: string | URL): T {
  try {
    return revive(JSON.parse(readFileSync(path, 'utf8'))) as T
  } catch (cause) {
    throw new DataError({
      argument: String(path),
      expected: 'a golden file',
      received: cause instanceof Error ? cause.message : String(cause),
      hint: 'Its script is in tools/golden.',
      cause,
    })
  }
}
