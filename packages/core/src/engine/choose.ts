/** Which engine runs compiled functions: found out once, visible (`attentive doctor`), and forced by option or environment. */
import { EngineError, InvalidArgumentError } from '../errors.js'
import { type EagerEngine, eagerEngines, missingEngine } from './backends/eager-backend.js'
import { findOnnxRuntime } from './runtime/onnx-runtime.js'
import { loadTfjsNode } from './tfjs-node/load-tfjs-node.js'

/**
 * - `onnxruntime`: traced and run by ONNX Runtime's native kernels.
 * - `eager`: run operation by operation on a TensorFlow.js backend.
 */
export type EngineName = 'onnxruntime' | 'eager'

/**
 * - `auto`: `onnxruntime` if it can be loaded, else `eager`.
 * - `onnxruntime`: nothing else will do.
 * - `eager`: on the current TensorFlow.js backend; where none is, the fastest that is installed and works of those below.
 * - `tfjs-node`, `wasm`, `cpu`: eagerly on TensorFlow's native kernels, on WebAssembly, in plain JavaScript.
 */
export type EngineRequest = 'auto' | EngineName | EagerEngine

export const engineRequests = ['auto', 'onnxruntime', 'eager', ...eagerEngines] as const

export const onnxRuntimeRemedy = 'Install it with `npm install onnxruntime-node@1.16.3`'

/**
 * What was asked for: by an option, else by the environment variable ATTENTIVE_ENGINE, else `auto`.
 * @throws InvalidArgumentError for what is no engine.
 */
export function requestedEngine(
  option?: EngineRequest,
  environment: string | undefined = process.env.ATTENTIVE_ENGINE,
): EngineRequest {
  const value = option ?? (environment || 'auto')
  const request = engineRequests.find((known) => known === value)
  if (request) return request
  throw new InvalidArgumentError({
    argument: option === undefined ? 'ATTENTIVE_ENGINE' : 'engine',
    expected: `one of ${engineRequests.join(', ')}`,
    received: String(value),
  })
}

/** The eager engine that a request insists on, if it does. */
export function eagerEngineOf(request: EngineRequest): EagerEngine | null {
  return eagerEngines.find((engine) => engine === request) ?? null
}

/**
 * @param option what the caller asks for; undefined: the environment variable ATTENTIVE_ENGINE, else `auto`.
 * @throws EngineError when `onnxruntime` or `tfjs-node` is forced and cannot be loaded.
 * @throws InvalidArgumentError for what is no engine.
 */
export function chooseEngine(option?: EngineRequest): EngineName {
  const request = requestedEngine(option)
  if (request === 'tfjs-node') requireTfjsNode()
  if (request !== 'auto' && request !== 'onnxruntime') return 'eager'
  const found = findOnnxRuntime()
  if (found.runtime !== null) return 'onnxruntime'
  if (request === 'auto') return 'eager'
  throw new EngineError({
    argument: 'engine',
    expected: 'onnxruntime-node to load',
    received: found.reason,
    hint: `${onnxRuntimeRemedy}, or leave the engine to \`auto\`.`,
  })
}

function requireTfjsNode(): void {
  const found = loadTfjsNode()
  if (found.tf === null) throw missingEngine('tfjs-node', found.reason)
}
