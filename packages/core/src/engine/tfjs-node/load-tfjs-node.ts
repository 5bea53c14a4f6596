/** Finds @tensorflow/tfjs-node, the fastest eager engine: the application's own, or one beside this package. */
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { currentBackend, onBackend, restoreBackend } from '../backends/current-backend.js'
import { firstLine, loadOptionalModule } from '../optional-module.js'
import { mendGather } from '../register-gradients.js'

export interface FoundTfjsNode {
  /** TensorFlow.js with the backend `tensorflow` registered; which backend is current has not changed. */
  tf: typeof tf
  version: string
}

export interface MissingTfjsNode {
  tf: null
  /** Why it cannot be used, for people. */
  reason: string
}

/** The name of its backend in TensorFlow.js. */
export const tfjsNodeBackend = 'tensorflow'

/** What its installer downloads, or builds. */
const nativeLibrary = 'lib/napi-v8/tfjs_binding.node'

/** Functions of Node that tfjs-node 4.22 calls in every operation; Node 23 removed them. */
const neededFromNode = ['isNullOrUndefined', 'isArray']

let found: FoundTfjsNode | MissingTfjsNode | null = null

function load(): FoundTfjsNode | MissingTfjsNode {
  // TensorFlow greets on standard error when it starts; its warnings and errors still come through.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'
  const current = currentBackend()
  try {
    const loaded = loadOptionalModule('@tensorflow/tfjs-node', nativeLibrary)
    if (loaded.reason !== null) return { tf: null, reason: loaded.reason }
    const reason = complaintAboutTfjsNode()
    return reason === null ? { tf, version: loaded.version } : { tf: null, reason }
  } finally {
    // It makes itself the current backend when it is loaded, and registers all gradients anew.
    restoreBackend(current)
    mendGather()
  }
}

/** Why it cannot run on this Node, whether installed or not; null where it can. */
function missingFromNode(): string | null {
  const missing = neededFromNode.filter((name) => !(name in util)).map((name) => `util.${name}`)
  if (missing.length === 0) return null
  return `@tensorflow/tfjs-node does not run on Node ${process.versions.node}, which lacks ${missing.join(' and ')}: use Node 20 or 22`
}

function addition(): number | undefined {
  const sum = tf.add(2, 3)
  const value = sum.dataSync()[0]
  sum.dispose()
  return value
}

let mistake: string | null | undefined

/** What one operation shows: null when it comes out right. */
function tryOut(): string | null {
  try {
    const value = onBackend(tfjsNodeBackend, addition)
    return value === 5 ? null : `it says that 2 + 3 = ${value}`
  } catch (error) {
    return firstLine(error)
  }
}

/** Why the backend `tensorflow`, which has been registered, cannot compute here; null when it can. */
export function complaintAboutTfjsNode(): string | null {
  const missing = missingFromNode()
  if (missing !== null) return missing
  if (mistake === undefined) mistake = tryOut()
  return mistake === null ? null : `@tensorflow/tfjs-node loads, but does not compute: ${mistake}`
}

/**
 * Loads tfjs-node if that is possible here. It registers the backend `tensorflow`; `tf.setBackend('tensorflow')`
 * then makes it the current one.
 */
export function loadTfjsNode(): FoundTfjsNode | MissingTfjsNode {
  const reason = missingFromNode()
  if (reason !== null) return { tf: null, reason }
  found ??= load()
  return found
}
