/**
 * LSTM (Hochreiter & Schmidhuber 1997, "Long short-term memory"; forget gate: Gers, Schmidhuber & Cummins 2000,
 * "Learning to forget"), without peepholes. Gate order i, f, g, o, as in PyTorch:
 *
 *     i, f, o = σ(W_i x + U_i h + b_i), σ(W_f x + U_f h + b_f), σ(W_o x + U_o h + b_o)
 *     g       = tanh(W_g x + U_g h + b_g)
 *     c'      = f ∘ c + i ∘ g
 *     h'      = o ∘ tanh(c')
 *
 * The part of the gates that depends on the inputs alone is one matrix product for all time steps, before the loop.
 */
import * as tf from '@tensorflow/tfjs-core'
import { currentFusedLstm } from '../engine/fused-lstm.js'
import { scan } from '../engine/scan.js'
import { linear } from './linear.js'
import {
  advanceWhere,
  batchFirst,
  type RecurrentWeights,
  requireRecurrentShapes,
  type Sequence,
  type SequenceOptions,
  zeroPadding,
} from './recurrent.js'

/** Output and cell state, `[B, H]` each. */
export type LstmState = {
  h: tf.Tensor
  c: tf.Tensor
}

/** c' and h' from the sums that enter the gates, `[B, 4H]`. */
export function lstmGates(sums: tf.Tensor, c: tf.Tensor): LstmState {
  const [i, f, g, o] = tf.split(sums, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] // each [B, H]
  const nextC = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)))
  return { h: tf.mul(tf.sigmoid(o), tf.tanh(nextC)), c: nextC }
}

/**
 * One step.
 * @param state h and c, `[B, H]` each.
 * @param projected W x + b of this step, `[B, 4H]`.
 * @param recurrentKernel Uᵀ, `[H, 4H]`.
 */
export function lstmStep({ h, c }: LstmState, projected: tf.Tensor, recurrentKernel: tf.Tensor): LstmState {
  return lstmGates(tf.add(projected, tf.matMul(h as tf.Tensor2D, recurrentKernel as tf.Tensor2D)), c)
}

/**
 * One layer in one direction over whole sequences.
 * @param options with `weightIh [4H, D]`, `weightHh [4H, H]`, biases `[4H]`, which are added to each other.
 * @throws ShapeError when the shapes do not belong together.
 */
export function lstmSequence(options: SequenceOptions<LstmState>): Sequence<LstmState> {
  return batchFirst(lstmAlongTime, options)
}

/** `lstmSequence` with time first, for stacks of layers: inputs `[T, B, D]`, mask `[T, B, 1]`, outputs `[T, B, H]`. */
export function lstmAlongTime(options: SequenceOptions<LstmState>): Sequence<LstmState> {
  const { inputs, weights, mask, reverse } = options
  const { B, H } = requireRecurrentShapes(4, options, {
    '.h': options.initialState?.h,
    '.c': options.initialState?.c,
  })
  const bias = sumOfBiases(weights)
  const initialState = options.initialState ?? { h: tf.zeros([B, H]), c: tf.zeros([B, H]) }
  const fused = currentFusedLstm()
  if (fused) return fused({ ...weights, inputs, bias, mask, initialState, reverse })
  const { carry, outputs } = scan(
    (state, x, kernel) => {
      const next = lstmStep(state, x.projected, kernel)
      const carry = { h: advanceWhere(x.mask, next.h, state.h), c: advanceWhere(x.mask, next.c, state.c) }
      return { carry, output: carry.h }
    },
    initialState,
    { projected: linear(inputs, weights.weightIh, bias), mask }, // [T, B, 4H], [T, B, 1]
    tf.transpose(weights.weightHh),
    { reverse },
  )
  return { outputs: zeroPadding(outputs, mask), finalState: carry }
}

/** Both biases as one; undefined when there is none. */
function sumOfBiases({ biasIh, biasHh }: RecurrentWeights): tf.Tensor | undefined {
  return biasIh && biasHh ? tf.add(biasIh, biasHh) : (biasIh ?? biasHh)
}
