/**
 * Gradient rules: the Node build of tfjs-core comes without them, and its module that registers them does not load in
 * Node. Importing tfjs-layers registers them all.
 */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import './backends/wasm-kernels.js'

/**
 * The rule of TensorFlow.js hands the indices on as their own gradient and then refuses it, being whole numbers: what
 * looks up by its own prediction (argMax → gather) could not be differentiated.
 */
function mendGather(): void {
  const gather = tf.getGradient('GatherV2')
  tf.registerGradient({
    ...gather,
    gradFunc: (dy, saved, attributes) => ({
      ...gather.gradFunc(dy, saved, attributes),
      indices: () => tf.zeros((saved[1] as tf.Tensor).shape),
    }),
  })
}

mendGather()
