/**
 * An LSTM layer on tfjs-node's fused kernel: weights brought into TensorFlow's layout, padding and direction handled
 * by the order in which the time steps are handed over.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { FusedLstm } from '../fused-recurrent.js'
import { blockLstm } from './block-lstm-kernel.js'
import { stepOrder } from './step-order.js'

/** The steps of `x [T, B, …]` at `indices` (t·B + b), shaped `[…leading, …]`. */
function gatherSteps(x: tf.Tensor, indices: Int32Array, leading: number[]): tf.Tensor {
  const [, , ...rest] = x.shape
  const flat = tf.reshape(x, [-1, ...rest])
  return tf.reshape(tf.gather(flat, tf.tensor1d(indices, 'int32')), [...leading, ...rest])
}

/** Of `states [T, B, H]` with the initial one in front, those at `places`. */
function lastState(states: tf.Tensor, initial: tf.Tensor, places: Int32Array): tf.Tensor {
  return gatherSteps(tf.concat([tf.expandDims(initial, 0), states], 0), places, [places.length])
}

/** An LSTM layer on TensorFlow's BlockLSTMV2: the numbers of the plain loop, gradients included. */
export const blockLstmSequence: FusedLstm = (call) => {
  const { inputs, weightIh, weightHh, bias, mask, initialState, reverse = false } = call
  return tf.tidy(() => {
    const [T, B] = inputs.shape as [number, number]
    const { source, position, last } = stepOrder(T, B, { reverse, mask: mask?.dataSync() })
    const { c, h } = blockLstm({
      x: source ? gatherSteps(inputs, source, [T, B]) : inputs,
      c: initialState.c,
      h: initialState.h,
      w: tf.transpose(tf.concat([weightIh, weightHh], 1)),
      b: bias ?? tf.zeros([weightIh.shape[0] as number]),
    })
    const outputs = position ? gatherSteps(h, position, [T, B]) : h
    return {
      outputs: mask ? tf.mul(outputs, tf.cast(mask, 'float32')) : outputs,
      finalState: { h: lastState(h, initialState.h, last), c: lastState(c, initialState.c, last) },
    }
  })
}
