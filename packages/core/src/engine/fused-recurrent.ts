/**
 * The seam between the recurrent ops and engines that have a whole layer as one operation: TensorFlow's BlockLSTMV2
 * instead of some fifteen eager operations a time step; ONNX's own operators instead of a Scan.
 */
import * as tf from '@tensorflow/tfjs-core'
import { blockLstmSequence } from './tfjs-node/block-lstm-sequence.js'
import { traceBackendName } from './trace/backend.js'
import { onnxGruSequence, onnxLstmSequence } from './trace/recurrent-nodes.js'

/** One layer in one direction, time axis first; weights and gate order as in PyTorch, G gates. */
export interface FusedCall<State> {
  /** `[T, B, D]` */
  inputs: tf.Tensor
  /** `[GH, D]` */
  weightIh: tf.Tensor
  /** `[GH, H]` */
  weightHh: tf.Tensor
  /** `[T, B, 1]`, 1 = valid: the state sleeps through steps with 0, their outputs are zero. */
  mask?: tf.Tensor | undefined
  initialState: State
  /** Default false. */
  reverse?: boolean | undefined
}

export interface FusedLstmCall extends FusedCall<{ h: tf.Tensor; c: tf.Tensor }> {
  /** `[4H]` */
  bias?: tf.Tensor | undefined
}

export interface FusedGruCall extends FusedCall<tf.Tensor> {
  /** `[3H]` each. */
  biasIh?: tf.Tensor | undefined
  biasHh?: tf.Tensor | undefined
  /** Reset the state after (true) or before (false) it is multiplied by U_n. */
  resetAfter: boolean
}

export interface FusedResult<State> {
  /** `[T, B, H]` */
  outputs: tf.Tensor
  /** `[B, H]` each, after the last valid step of each row. */
  finalState: State
}

export type FusedLstm = (call: FusedLstmCall) => FusedResult<FusedLstmCall['initialState']>
export type FusedGru = (call: FusedGruCall) => FusedResult<tf.Tensor>

/** The LSTM that the current backend has as one operation for such a call, or null. */
export function fusedLstmFor(mask: tf.Tensor | undefined): FusedLstm | null {
  if (tf.getBackend() === 'tensorflow') return blockLstmSequence
  return onnxOperatorServes(mask) ? onnxLstmSequence : null
}

/** Likewise. */
export function fusedGruFor(mask: tf.Tensor | undefined): FusedGru | null {
  return onnxOperatorServes(mask) ? onnxGruSequence : null
}

/** ONNX's operators have no gradient, and know lengths but no masks. */
function onnxOperatorServes(mask: tf.Tensor | undefined): boolean {
  return tf.getBackend() === traceBackendName && !mask && tf.engine().state.gradientDepth === 0
}
