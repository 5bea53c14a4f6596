/**
 * On which TensorFlow.js backend functions run eagerly: the one that was asked for, else the one that is current, else
 * the fastest that is installed and works. For one training step of a small translator (batch 32, 12 steps, LSTM 64):
 * tfjs-node 0.07 s, WebAssembly 0.4 s, plain JavaScript 7 s.
 */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../../errors.js'
import { complaintAboutTfjsNode, loadTfjsNode, tfjsNodeBackend } from '../tfjs-node/load-tfjs-node.js'
import { warnOnce } from '../warn.js'
import { currentBackend, onBackend } from './current-backend.js'
import { loadWasm } from './load-wasm.js'
import { completeWasm, wasmBackend } from './wasm-kernels.js'

/** From the fastest. */
export const eagerEngines = ['tfjs-node', 'wasm', 'cpu'] as const
export type EagerEngine = (typeof eagerEngines)[number]

/** An engine that may be there, with its version or the reason why it is not. */
export type Found = { version: string } | { version: null; reason: string }

const backendNames: Readonly<Record<EagerEngine, string>> = {
  'tfjs-node': tfjsNodeBackend,
  wasm: wasmBackend,
  cpu: 'cpu',
}

const remedies: Readonly<Record<EagerEngine, string>> = {
  'tfjs-node':
    'Install it with `npm install @tensorflow/tfjs-node`, on Node 20 or 22; `attentive doctor` says more.',
  wasm: 'Install it with `npm install @tensorflow/tfjs-backend-wasm`.',
  cpu: '',
}

/** What an engine or a backend is called in messages: `tfjs-node`, not the name of its backend. */
export function engineOf(backend: string): string {
  return eagerEngines.find((engine) => backendNames[engine] === backend) ?? backend
}

/** Loads an eager engine, if it is there. Which backend is current has not changed afterwards. */
export async function loadEager(engine: EagerEngine): Promise<Found> {
  if (engine === 'tfjs-node') {
    const found = loadTfjsNode()
    return found.tf ? { version: found.version } : { version: null, reason: found.reason }
  }
  await loadPlain()
  return engine === 'wasm' ? loadWasm() : { version: tf.version_core }
}

let isQuiet = false

/** The plain backend advertises tfjs-node on first use; `attentive doctor` tells people about engines instead. */
async function loadPlain(): Promise<void> {
  if (tf.engine().registryFactory.cpu === undefined) await import('@tensorflow/tfjs-backend-cpu')
  tf.findBackend('cpu')
  if (isQuiet) return
  isQuiet = true
  const wasProduction = tf.env().getBool('PROD')
  tf.env().set('PROD', true)
  onBackend('cpu', () => tf.scalar(0).dispose())
  tf.env().set('PROD', wasProduction)
}

/** The fastest engine that loads. Plain JavaScript always does. */
async function fastest(): Promise<EagerEngine> {
  for (const engine of eagerEngines) if ((await loadEager(engine)).version !== null) return engine
  return 'cpu'
}

/**
 * The name of the backend to run on, loaded and started.
 * @param forced the engine that was asked for; null: whatever is best here.
 * @throws EngineError when the engine that was asked for cannot be had.
 */
export async function eagerBackend(forced: EagerEngine | null): Promise<string> {
  return forced === null ? automaticBackend() : forcedBackend(forced)
}

async function forcedBackend(engine: EagerEngine): Promise<string> {
  const found = await loadEager(engine)
  if (found.version === null) throw missingEngine(engine, found.reason)
  return backendNames[engine]
}

export function missingEngine(engine: EagerEngine, reason: string): EngineError {
  return new EngineError({
    argument: 'engine',
    expected: `${engine} to load`,
    received: reason,
    hint: remedies[engine],
  })
}

async function automaticBackend(): Promise<string> {
  const current = currentBackend()
  if (current === null) {
    const backend = backendNames[await fastest()]
    // As TensorFlow.js does when it is first used; somebody may have chosen another one meanwhile.
    if (currentBackend() === null) await tf.setBackend(backend)
    return backend
  }
  const complaint = current === tfjsNodeBackend ? complaintAboutTfjsNode() : null
  if (complaint !== null) {
    const engine = await fastest()
    warnOnce(`${complaint}. Until then what runs eagerly runs on ${engine}, which is slower.`)
    return backendNames[engine]
  }
  await tf.ready()
  if (current === wasmBackend) await loadPlain().then(completeWasm)
  return current
}
