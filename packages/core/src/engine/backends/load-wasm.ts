/** Finds and starts @tensorflow/tfjs-backend-wasm: the eager engine for those who cannot have tfjs-node. */
import * as tf from '@tensorflow/tfjs-core'
import { firstLine, loadOptionalModule } from '../optional-module.js'
import { currentBackend, restoreBackend } from './current-backend.js'
import { completeWasm, wasmBackend } from './wasm-kernels.js'

export interface FoundWasm {
  version: string
}

export interface MissingWasm {
  version: null
  /** Why it cannot be used, for people. */
  reason: string
}

let found: Promise<FoundWasm | MissingWasm> | null = null

async function load(): Promise<FoundWasm | MissingWasm> {
  const wasThere = tf.engine().registryFactory.wasm !== undefined
  const loaded = loadOptionalModule('@tensorflow/tfjs-backend-wasm')
  if (loaded.reason !== null) return { version: null, reason: loaded.reason }
  try {
    if (!(await start())) throw new Error('its module did not start')
    completeWasm()
    if (!wasThere) yieldToPlain()
    return { version: loaded.version }
  } catch (error) {
    return { version: null, reason: firstLine(error) }
  }
}

/** Where no backend is current, TensorFlow.js would take this one, and fail: it takes a moment to start. */
function yieldToPlain(): void {
  const { wasm, cpu } = tf.engine().registryFactory
  if (wasm && cpu) wasm.priority = cpu.priority - 1
}

/** Only the current backend can be started. */
async function start(): Promise<boolean> {
  const current = currentBackend()
  try {
    return await tf.setBackend(wasmBackend)
  } finally {
    restoreBackend(current)
  }
}

/**
 * Loads and starts the WebAssembly backend if that is possible here, able to train. Which backend is current has not
 * changed afterwards. The plain backend must have been registered.
 */
export function loadWasm(): Promise<FoundWasm | MissingWasm> {
  found ??= load()
  return found
}
