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
import { project } from './linear.js'
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
  /** c_t of the attention, `[N, M]`; from a multiplied memory, c_t·W for the reader's W, `[N, R]`. */
  context: tf.Tensor
  /** Attention weights `[N, S]`. */
  attention: tf.Tensor
}

export interface DecoderStepOptions {
  score: AttentionScore
  /** The memory is one of `multipliedMemory`. Default false. */
  multiplied?: boolean
}

export type DecoderStepFunction = (
  state: DecoderState,
  /** The input's part of the gates with the biases, `[N, 4H]`. */
  projected: tf.Tensor,
  constants: DecoderConstants,
  options: DecoderStepOptions,
) => DecoderStep

/** The kernel `[M+H, P]` that multiplies a context and h, stacked. */
const kernelOfContexts: Record<DecoderStyle, (kernels: DecoderKernels) => tf.Tensor> = {
  bahdanau: ({ recurrent }) => recurrent,
  luong: ({ combine }) => combine as tf.Tensor,
}

/**
 * A memory for searches, where K hypotheses of a sentence look at it step after step. A context is only ever
 * multiplied by weights, and Σ_s a_s v_s·W = Σ_s a_s (v_s·W): with values that are multiplied already, once a
 * sentence, steps need not do it.
 * @param reader W `[M, R]` of what reads the steps' contexts.
 * @returns the memory with values `[B, S, P+R]`: for the decoder's own kernel (P numbers), and for the reader.
 */
export function multipliedMemory(
  style: DecoderStyle,
  { memory, kernels }: DecoderConstants,
  reader: tf.Tensor,
): AttentionMemory {
  const ofContext = tf.slice(kernelOfContexts[style](kernels), [0, 0], [reader.shape[0] as number, -1]) // [M, P]
  return { ...memory, values: project(memory.values, tf.concat([ofContext, reader], 1)) }
}

/** Attends from h, `[N, H]`, and multiplies what it finds by a kernel. */
function attended(
  h: tf.Tensor,
  kernel: tf.Tensor,
  { memory, kernels }: DecoderConstants,
  { score, multiplied = false }: DecoderStepOptions,
): Omit<DecoderStep, 'state'> & { product: tf.Tensor } {
  const seen = attendFromRows(h, { memory, score, kernels: kernels.attention })
  const { context, weights: attention } = seen
  if (!multiplied) return { context, attention, product: product(tf.concat([context, h], 1), kernel) }
  const [rows, P] = kernel.shape as [number, number]
  const R = (context.shape[1] as number) - P
  const [ofContext, forReader] = tf.split(context, [P, R], 1) as [tf.Tensor, tf.Tensor]
  const ofHidden = product(h, tf.slice(kernel, [rows - (h.shape[1] as number), 0]))
  return { context: forReader, attention, product: tf.add(ofHidden, ofContext) }
}

const product = (x: tf.Tensor, kernel: tf.Tensor) => tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D)

const bahdanau: DecoderStepFunction = ({ h, c }, projected, constants, options) => {
  const { product, ...seen } = attended(h, constants.kernels.recurrent, constants, options)
  return { state: lstmGates(tf.add(projected, product), c), ...seen }
}

const luong: DecoderStepFunction = ({ h, c, attentional }, projected, constants, options) => {
  const { recurrent, combine } = constants.kernels
  const fed = product(tf.concat([attentional as tf.Tensor, h], 1), recurrent)
  const next = lstmGates(tf.add(projected, fed), c)
  const { product: combined, ...seen } = attended(next.h, combine as tf.Tensor, constants, options)
  return { state: { ...next, attentional: tf.tanh(combined) }, ...seen }
}

/** The styles by name. */
export const decoderSteps: Record<DecoderStyle, DecoderStepFunction> = { bahdanau, luong }
