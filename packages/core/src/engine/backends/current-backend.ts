/** Which TensorFlow.js backend is current, and how another one takes its place for a while. */
import * as tf from '@tensorflow/tfjs-core'

/** The backend that somebody chose, or that TensorFlow.js started by itself; null before either. */
export function currentBackend(): string | null {
  return tf.engine().backendName || null
}

/** Makes a backend that has started the current one; null: back to "none chosen yet". */
export function restoreBackend(name: string | null): void {
  if (name !== null) void tf.setBackend(name)
  else forgetBackend()
}

/** Runs `body`, which must be synchronous, on a backend that has started, and leaves the former one current. */
export function onBackend<T>(name: string, body: () => T): T {
  const former = currentBackend()
  if (former === name) return body()
  void tf.setBackend(name)
  try {
    return body()
  } finally {
    restoreBackend(former)
  }
}

/** So that TensorFlow.js picks its best backend when it is first used for real. */
function forgetBackend(): void {
  const engine = tf.engine() as unknown as {
    backendName: string | undefined
    backendInstance: tf.KernelBackend | null
  }
  engine.backendName = undefined
  engine.backendInstance = null
}
