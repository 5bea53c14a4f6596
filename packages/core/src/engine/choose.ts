/** Which engine runs compiled functions: found out once, visible (`attentive doctor`), and forced by option or environment. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError, InvalidArgumentError } from '../errors.js'
import { findOnnxRuntime } from './runtime/onnx-runtime.js'

/**
 * - `onnxruntime`: traced and run by ONNX Runtime's native kernels.
 * - `eager`: run operation by operation on the current TensorFlow.js backend (plain JavaScript when none is set).
 * - `auto`: `onnxruntime` if it can be loaded, else `eager`.
 */
export type EngineName = 'onnxruntime' | 'eager'
export type EngineRequest = EngineName | 'auto'

const requests: readonly EngineRequest[] = ['auto', 'onnxruntime', 'eager']

function fromEnvironment(): EngineRequest {
  const value = process.env.ATTENTIVE_ENGINE
  if (!value) return 'auto'
  if (!requests.includes(value as EngineRequest))
    throw new InvalidArgumentError({
      argument: 'ATTENTIVE_ENGINE',
      expected: `one of ${requests.join(', ')}`,
      received: value,
    })
  return value as EngineRequest
}

/**
 * @param request what the caller asks for; undefined: the environment variable ATTENTIVE_ENGINE, else `auto`.
 * @throws EngineError when `onnxruntime` is forced and cannot be loaded.
 */
export function chooseEngine(request: EngineRequest = fromEnvironment()): EngineName {
  if (request === 'eager') return 'eager'
  const found = findOnnxRuntime()
  if (found.runtime !== null) return 'onnxruntime'
  if (request === 'auto') return 'eager'
  throw new EngineError({
    argument: 'engine',
    expected: 'onnxruntime-node to load',
    received: found.reason,
    hint: 'Install it with `npm install onnxruntime-node@1.16.3`, or leave the engine to `auto`.',
  })
}

/** Makes sure that TensorFlow.js has a backend to run eagerly on: whatever is registered, else plain JavaScript. */
export async function requireEagerBackend(): Promise<void> {
  if (tf.engine().backendName) return
  if (tf.engine().registryFactory.cpu === undefined) await import('@tensorflow/tfjs-backend-cpu')
  await tf.ready()
  quietly(() => tf.scalar(0).dispose())
}

/** The plain backend advertises tfjs-node on first use; `attentive doctor` tells people about engines instead. */
function quietly(body: () => void): void {
  const wasProduction = tf.env().getBool('PROD')
  tf.env().set('PROD', true)
  body()
  tf.env().set('PROD', wasProduction)
}
