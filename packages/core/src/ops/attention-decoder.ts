/**
 * One step of an LSTM decoder with attention: a pure function of state and input, used by training (scan with the
 * right words as inputs) and by every search. Rows N = B·K: K hypotheses of a sentence share its memory.
 *
 * `bahdanau` (Bahdanau, Cho & Bengio 2015, section 3.1, with an LSTM cell): attend from the previous state, then the
 * context enters the cell.
 *
 *     context_t = attend(h_{t−1});   h_t, c_t = lstm([x_t; context_t], h_{t−1}, c_{t−1})
 *
 * `luong` (Luong, Pham & Manning 2015, sections 3.1 and 3.3, input feeding): the cell first, then attend from its new
 * state; the attentional state is what the output layer reads, and enters the next step.
 *
 *     h_t, c_t = lstm([x_t; h̃_{t−1}], h_{t−1}, c_{t−1});   context_t = attend(h_t);   h̃_t = tanh(W_c [context_t; h_t])
 */
import * as tf from '@tensorflow/tfjs-core'
import { type AttentionMemory, attendFromRows } from './attention.js'
import type { AttentionScore, NamedTensors } from './attention-scores.js'
import { type LstmState, lstmGates } from './lstm.js'

export type DecoderStyle = 'bahdanau' | 'luong'

/** State of N hypotheses, `[N, H]` each. */
export type DecoderState = LstmState & {
  /** h̃, what `luong` feeds to the next step; undefined for `bahdanau`. */
  attentional?: tf.Tensor
}

/** Weights in the orientation that a step multiplies by. */
export type DecoderKernels = {
  /** The input's part of the gates, `[E, 4H]`, and both biases `[4H]`. */
  input: tf.Tensor
  bias: tf.Tensor
  /** What is fed back (context or h̃, F numbers) and h, stacked: `[F+H, 4H]`. */
  recurrent: tf.Tensor
  attention: NamedTensors
  /** W_c of `luong`, `[M+H, H]`. */
  combine?: tf.Tensor
}

/** All that the steps of a loop share. */
export type DecoderConstants = {
  memory: AttentionMemory
  kernels: DecoderKernels
}

export interface DecoderStep {
  state: DecoderState
  /** c_t of the attention, `[N, M]`. */
  context: tf.Tensor
  /** Attention weights `[N, S]`. */
  attention: tf.Tensor
}

export type DecoderStepFunction = (
  state: DecoderState,
  /** The input's part of the gates with the biases, `[N, 4H]`. */
  projected: tf.Tensor,
  constants: DecoderConstants,
  score: AttentionScore,
) => DecoderStep

function attended(
  h: tf.Tensor,
  { memory, kernels }: DecoderConstants,
  score: AttentionScore,
): Pick<DecoderStep, 'context' | 'attention'> {
  const { context, weights } = attendFromRows(h, { memory, score, kernels: kernels.attention })
  return { context, attention: weights }
}

function advanceCell(
  fed: tf.Tensor,
  { h, c }: LstmState,
  projected: tf.Tensor,
  kernel: tf.Tensor,
): LstmState {
  return lstmGates(
    tf.add(projected, tf.matMul(tf.concat([fed, h], 1) as tf.Tensor2D, kernel as tf.Tensor2D)),
    c,
  )
}

const bahdanau: DecoderStepFunction = (state, projected, constants, score) => {
  const seen = attended(state.h, constants, score)
  return { state: advanceCell(seen.context, state, projected, constants.kernels.recurrent), ...seen }
}

const luong: DecoderStepFunction = (state, projected, constants, score) => {
  const { recurrent, combine } = constants.kernels
  const next = advanceCell(state.attentional as tf.Tensor, state, projected, recurrent)
  const seen = attended(next.h, constants, score)
  const combined = tf.matMul(tf.concat([seen.context, next.h], 1) as tf.Tensor2D, combine as tf.Tensor2D)
  return { state: { ...next, attentional: tf.tanh(combined) }, ...seen }
}

/** The styles by name. */
export const decoderSteps: Record<DecoderStyle, DecoderStepFunction> = { bahdanau, luong }
