/** Finds @tensorflow/tfjs-node, the fastest eager engine: the application's own, or one beside this package. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'

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

/** Functions of Node that tfjs-node 4.22 calls in every operation; Node 23 removed them. */
const neededFromNode = ['isNullOrUndefined', 'isArray']

let found: FoundTfjsNode | MissingTfjsNode | null = null

function load(from: string): FoundTfjsNode | MissingTfjsNode {
  const require = createRequire(from)
  const current = tf.engine().backendName
  try {
    const { version } = require('@tensorflow/tfjs-node/package.json') as { version: string }
    // TensorFlow greets on standard error when it starts; its warnings and errors still come through.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'
    require('@tensorflow/tfjs-node')
    return { tf, version }
  } catch (error) {
    return {
      tf: null,
      reason: (error instanceof Error ? error.message : String(error)).split('\n')[0] as string,
    }
  } finally {
    if (current) void tf.setBackend(current)
  }
}

/**
 * Loads tfjs-node if that is possible here. It registers the backend `tensorflow`; `tf.setBackend('tensorflow')`
 * then makes it the current one.
 */
export function loadTfjsNode(): FoundTfjsNode | MissingTfjsNode {
  if (found) return found
  const missing = neededFromNode.filter((name) => !(name in util))
  if (missing.length > 0) {
    const removed = missing.map((name) => `util.${name}`).join(' and ')
    return {
      tf: null,
      reason: `@tensorflow/tfjs-node does not run on Node ${process.versions.node}, which lacks ${removed}: use Node 20 or 22`,
    }
  }
  const application = load(join(process.cwd(), 'package.json'))
  found = application.tf ? application : load(import.meta.url)
  return found
}
