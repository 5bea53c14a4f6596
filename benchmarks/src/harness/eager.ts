/** TensorFlow.js backends on which the same functions run eagerly, operation by operation, for comparison. */
import { loadTfjsNode } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import type { CaseOptions } from './protocol.js'

/** tfjs-node where it is built ("pnpm tfjs-node"), else plain JavaScript. */
export function eagerBackend(): string {
  return loadTfjsNode().tf ? 'tensorflow' : 'cpu'
}

async function load(backend: string): Promise<void> {
  if (backend === 'tensorflow') loadTfjsNode()
  else if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm')
  else await import('@tensorflow/tfjs-backend-cpu')
}

export interface EngineChoice {
  engine: 'auto' | 'eager'
  /** What runs, for the result's reader. */
  title: string
}

/** The engine that a case shall use: ours, or eager on the backend that its options name. */
export async function chooseBackend({ eagerBackend: backend }: CaseOptions): Promise<EngineChoice> {
  if (typeof backend !== 'string') return { engine: 'auto', title: 'Attentive' }
  await load(backend)
  await tf.setBackend(backend)
  const name = backend === 'tensorflow' ? 'tfjs-node' : backend
  return { engine: 'eager', title: `TensorFlow.js ${tf.version_core} eager, ${name}` }
}
