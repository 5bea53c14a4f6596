/**
 * LSTM (Hochreiter & Schmidhuber 1997, "Long short-term memory"; forget gate: Gers, Schmidhuber & Cummins 2000,
 * "Learning to forget"), without peepholes. Gate order i, f, g, o, as in PyTorch:
 *
 *     i, f, o = σ(W_i x + U_i h + b_i), σ(W_f x + U_f h + b_f), σ(W_o x + U_o h + b_o)
 *     g       = tanh(W_g x + U_g h + b_g)
 *     c'      = f ∘ c + i ∘ g
 *     h'      = o ∘ tanh(c')
 *
 * Sequences are walked in columns: the states of a batch stand side by side, `[H, B]`, and W·[x; h] reads as above. A
 * product with the shared weights on the left is what processors do fastest, about a fifth faster than h·Uᵀ.
 */
import * as tf from '@tensorflow/tfjs-core'
import { fusedLstmFor } from '../engine/fused-recurrent.js'
import { scan } from '../engine/scan.js'
import { linear } from './linear.js'
import {
  advanceWhere,
  batchFirst,
  type RecurrentWeights,
  requireRecurrentShapes,
  type Sequence,
  type SequenceOptions,
  seenByGates,
  zeroPadding,
} from './recurrent.js'

/** Output and cell state, `[B, H]` each. */
export type LstmState = {
  h: tf.Tensor
  c: tf.Tensor
}

/**
 * c' and h' from the sums that enter the gates.
 * @param sums `[B, 4H]`; in columns (`axis` 0) `[4H, B]`.
 * @param c `[B, H]`; in columns `[H, B]`.
 */
export function lstmGates(sums: tf.Tensor, c: tf.Tensor, axis: 0 | 1 = 1): LstmState {
  const gates = tf.customGrad((...args) => {
    const [sums, c, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const { state, known } = openGates(sums, c, axis)
    save(Object.values(known))
    const gradFunc = (gradient: tf.Tensor, saved: tf.Tensor[]) => {
      const [dh, dc] = tf.split(gradient, 2, axis) as [tf.Tensor, tf.Tensor]
      return gateGradients(dh, dc, namesLike(known, saved), axis)
    }
    return { value: tf.concat([state.h, state.c], axis), gradFunc }
  })
  const [h, nextC] = tf.split(gates(sums, c), 2, axis) as [tf.Tensor, tf.Tensor]
  return { h, c: nextC }
}

function openGates(sums: tf.Tensor, c: tf.Tensor, axis: 0 | 1) {
  const parts = tf.split(sums, 4, axis) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const [i, f, g, o] = [tf.sigmoid(parts[0]), tf.sigmoid(parts[1]), tf.tanh(parts[2]), tf.sigmoid(parts[3])]
  const [p, q] = [tf.mul(i, g), tf.mul(f, c)]
  const nextC = tf.add(q, p)
  const t = tf.tanh(nextC)
  const h = tf.mul(o, t)
  return { state: { h, c: nextC }, known: { i, f, g, o, p, q, t, h } }
}

/**
 * Gradients of the sums and of the old c. With p = i ∘ g, q = f ∘ c, t = tanh c':
 *
 *     δ             = ∂c' + ∂h' (o - h' t)
 *     ∂(i, f, g, o) = δ (p - p i), δ (q - q f), δ (i - p g), ∂h' (h' - h' o)
 *     ∂c            = δ f
 *
 * σ' = σ (1 - σ) and tanh' = 1 - tanh² expressed by the products p, q and h', which the forward pass makes anyway:
 * every factor costs two operations instead of three, and the old c need not be kept.
 */
function gateGradients(
  dh: tf.Tensor,
  dc: tf.Tensor,
  { i, f, g, o, p, q, t, h }: ReturnType<typeof openGates>['known'],
  axis: 0 | 1,
): tf.Tensor[] {
  const delta = tf.add(dc, tf.mul(dh, tf.sub(o, tf.mul(h, t))))
  const gradients = [
    tf.mul(delta, tf.sub(p, tf.mul(p, i))),
    tf.mul(delta, tf.sub(q, tf.mul(q, f))),
    tf.mul(delta, tf.sub(i, tf.mul(p, g))),
    tf.mul(dh, tf.sub(h, tf.mul(h, o))),
  ]
  return [tf.concat(gradients, axis), tf.mul(delta, f)]
}

/** The tensors under the names of `like`, whose order is theirs. */
function namesLike<T extends object>(like: T, tensors: tf.Tensor[]): T {
  return Object.fromEntries(Object.keys(like).map((name, k) => [name, tensors[k]])) as T
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
  const { inputs, weights, mask, reverse, recurrentMask } = options
  const { B, H } = requireRecurrentShapes(4, options, {
    '.h': options.initialState?.h,
    '.c': options.initialState?.c,
  })
  const bias = sumOfBiases(weights)
  const initialState = options.initialState ?? { h: tf.zeros([B, H]), c: tf.zeros([B, H]) }
  // A fused layer shows its gates the whole of h.
  const fused = recurrentMask ? null : fusedLstmFor(mask)
  if (fused) return fused({ ...weights, inputs, bias, mask, initialState, reverse })
  const walk = B === 1 ? walkInRows : walkInColumns
  return walk({ inputs, weights, bias, mask, initialState, reverse, recurrentMask })
}

interface Walk extends SequenceOptions<LstmState> {
  bias: tf.Tensor | undefined
  initialState: LstmState
}

/** The part of the gates that depends on the inputs alone is one product for all time steps, before the loop. */
function walkInRows(walk: Walk): Sequence<LstmState> {
  const { inputs, weights, bias, mask, initialState, reverse, recurrentMask } = walk
  const { carry, outputs } = scan(
    (state, x, { kernel, recurrentMask }) => {
      const seen = { h: seenByGates(state.h, recurrentMask), c: state.c }
      return step(state, lstmStep(seen, x.projected, kernel), x.mask)
    },
    initialState,
    { projected: linear(inputs, weights.weightIh, bias), mask }, // [T, B, 4H], [T, B, 1]
    { kernel: tf.transpose(weights.weightHh), recurrentMask },
    { reverse },
  )
  return { outputs: zeroPadding(outputs, mask), finalState: carry }
}

/** The bias is a column of the weights that meets a row of ones: so its gradient is part of the weights'. */
function walkInColumns(walk: Walk): Sequence<LstmState> {
  const { inputs, weights, bias, mask, initialState, reverse, recurrentMask } = walk
  const B = inputs.shape[1] as number
  const column = bias ? [tf.expandDims(bias, 1)] : []
  const { carry, outputs } = scan(
    (state, x, { weight, recurrentMask }) => {
      const h = seenByGates(state.h, recurrentMask)
      const ones = bias ? [tf.ones([1, B])] : []
      const entering = tf.concat([x.input, ...ones, h], 0) // [D+1+H, B]
      const sums = tf.matMul(weight as tf.Tensor2D, entering as tf.Tensor2D) // [4H, B]
      return step(state, lstmGates(sums, state.c, 0), x.mask)
    },
    { h: tf.transpose(initialState.h), c: tf.transpose(initialState.c) },
    { input: swapInner(inputs), mask: mask && swapInner(mask) }, // [T, D, B], [T, 1, B]
    {
      weight: tf.concat([weights.weightIh, ...column, weights.weightHh], 1),
      recurrentMask: recurrentMask && tf.transpose(recurrentMask),
    },
    { reverse },
  )
  return {
    outputs: zeroPadding(swapInner(outputs), mask),
    finalState: { h: tf.transpose(carry.h), c: tf.transpose(carry.c) },
  }
}

/** What a step of a scan returns: the next state where the mask is 1, the old one where it is 0. */
function step(state: LstmState, next: LstmState, mask: tf.Tensor | undefined) {
  const carry = { h: advanceWhere(mask, next.h, state.h), c: advanceWhere(mask, next.c, state.c) }
  return { carry, output: carry.h }
}

/** `[T, B, F]` ↔ `[T, F, B]` */
function swapInner(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [0, 2, 1])
}

/** Both biases as one; undefined when there is none. */
function sumOfBiases({ biasIh, biasHh }: RecurrentWeights): tf.Tensor | undefined {
  return biasIh && biasHh ? tf.add(biasIh, biasHh) : (biasIh ?? biasHh)
}
