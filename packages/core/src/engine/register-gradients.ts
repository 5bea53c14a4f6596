/**
 * Gradient rules: the Node build of tfjs-core comes without them, and its module that registers them does not load in
 * Node. Importing tfjs-layers registers them all.
 */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import './backends/wasm-kernels.js'

let mended: tf.GradConfig | undefined

/**
 * The rule of TensorFlow.js hands the indices on as their own gradient and then refuses it, being whole numbers: what
 * looks up by its own prediction (argMax → gather) could not be differentiated. Whoever loads another copy of
 * TensorFlow.js, as tfjs-node does, brings the old rule back: to be called before gradients are taken.
 */
export function mendGather(): void {
  const gather = tf.getGradient('GatherV2')
  if (gather === mended) return
  mended = {
    ...gather,
    gradFunc: (dy, saved, attributes) => ({
      ...gather.gradFunc(dy, saved, attributes),
      indices: () => tf.zeros((saved[1] as tf.Tensor).shape),
    }),
  }
  tf.registerGradient(mended)
}

mendGather()
