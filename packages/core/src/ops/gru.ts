/**
 * GRU (Cho et al. 2014, "Learning phrase representations using RNN encoder–decoder"). Gate order r, z, n, as in
 * PyTorch:
 *
 *     r, z = σ(W_r x + b_r + U_r h + d_r), σ(W_z x + b_z + U_z h + d_z)
 *     n    = tanh(W_n x + b_n + r ∘ (U_n h + d_n))     resetAfter: PyTorch, cuDNN, version 3 of the paper
 *     n    = tanh(W_n x + b_n + U_n (r ∘ h) + d_n)     else: version 1 of the paper
 *     h'   = (1 − z) ∘ n + z ∘ h
 *
 * The part of the gates that depends on the inputs alone is one matrix product for all time steps, before the loop.
 */
import * as tf from '@tensorflow/tfjs-core'
import { fusedGruFor } from '../engine/fused-recurrent.js'
import { scan } from '../engine/scan.js'
import { linear, project } from './linear.js'
import {
  advanceWhere,
  batchFirst,
  requireRecurrentShapes,
  type Sequence,
  type SequenceOptions,
  seenByGates,
  zeroPadding,
} from './recurrent.js'

/** Options of a GRU sequence; the state is h alone, `[B, H]`. */
export interface GruSequenceOptions extends SequenceOptions<tf.Tensor> {
  /** Reset the state after (true, default) or before (false) it is multiplied by U_n. */
  resetAfter?: boolean
}

/** Weights in the orientation that a step multiplies by. */
export type GruKernels = {
  /** Uᵀ, `[H, 3H]` */
  recurrent: tf.Tensor
  /** d, `[3H]` */
  bias?: tf.Tensor
  /** What h is multiplied by before U is, `[B, H]`: see `SequenceOptions.recurrentMask`. Default: all ones. */
  mask?: tf.Tensor
}

/**
 * One step.
 * @param h `[B, H]`.
 * @param projected W x + b of this step, `[B, 3H]`.
 */
export function gruStep(
  h: tf.Tensor,
  projected: tf.Tensor,
  kernels: GruKernels,
  resetAfter = true,
): tf.Tensor {
  return (resetAfter ? stepResetAfter : stepResetBefore)(h, projected, kernels)
}

function stepResetAfter(
  h: tf.Tensor,
  projected: tf.Tensor,
  { recurrent, bias, mask }: GruKernels,
): tf.Tensor {
  return gruGates(h, projected, project(seenByGates(h, mask), recurrent, bias))
}

/**
 * h' of a step that resets after the product, from both products, W x + b and U h + d. All broadcast: many inputs to one
 * state, say.
 * @param h `[…, H]`.
 * @param projected `[…, 3H]`.
 * @param projectedState `[…, 3H]`.
 */
export function gruGates(h: tf.Tensor, projected: tf.Tensor, projectedState: tf.Tensor): tf.Tensor {
  const [xr, xz, xn] = thirds(projected) // each […, H]
  const [hr, hz, hn] = thirds(projectedState)
  const r = tf.sigmoid(tf.add(xr, hr))
  return blend(tf.sigmoid(tf.add(xz, hz)), tf.tanh(tf.add(xn, tf.mul(r, hn))), h)
}

function stepResetBefore(
  h: tf.Tensor,
  projected: tf.Tensor,
  { recurrent, bias, mask }: GruKernels,
): tf.Tensor {
  const H = h.shape[1] as number
  const seen = seenByGates(h, mask)
  const [gateKernel, newKernel] = tf.split(recurrent, [2 * H, H], 1) as [tf.Tensor, tf.Tensor]
  const [gateBias, newBias] = bias ? (tf.split(bias, [2 * H, H]) as [tf.Tensor, tf.Tensor]) : []
  const [xr, xz, xn] = thirds(projected) // each [B, H]
  const [hr, hz] = tf.split(project(seen, gateKernel, gateBias), 2, 1) as [tf.Tensor, tf.Tensor]
  const r = tf.sigmoid(tf.add(xr, hr))
  const n = tf.tanh(tf.add(xn, project(tf.mul(r, seen), newKernel, newBias)))
  return blend(tf.sigmoid(tf.add(xz, hz)), n, h)
}

function thirds(x: tf.Tensor): [tf.Tensor, tf.Tensor, tf.Tensor] {
  return tf.split(x, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor]
}

/** (1 − z) ∘ n + z ∘ h */
function blend(z: tf.Tensor, n: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return tf.add(n, tf.mul(z, tf.sub(h, n)))
}

/**
 * One layer in one direction over whole sequences.
 * @param options with `weightIh [3H, D]`, `weightHh [3H, H]`, biases `[3H]`.
 * @throws ShapeError when the shapes do not belong together.
 */
export function gruSequence(options: GruSequenceOptions): Sequence<tf.Tensor> {
  return batchFirst(gruAlongTime, options)
}

/** `gruSequence` with time first, for stacks of layers: inputs `[T, B, D]`, mask `[T, B, 1]`, outputs `[T, B, H]`. */
export function gruAlongTime(options: GruSequenceOptions): Sequence<tf.Tensor> {
  const { inputs, weights, mask, reverse, recurrentMask, resetAfter = true } = options
  const { B, H } = requireRecurrentShapes(3, options, { '': options.initialState })
  const initialState = options.initialState ?? tf.zeros([B, H])
  const fused = recurrentMask ? null : fusedGruFor(mask)
  if (fused) return fused({ ...weights, inputs, initialState, reverse, resetAfter })
  const { carry, outputs } = scan(
    (h: tf.Tensor, x: { projected: tf.Tensor; mask?: tf.Tensor }, kernels: GruKernels) => {
      const next = advanceWhere(x.mask, gruStep(h, x.projected, kernels, resetAfter), h)
      return { carry: next, output: next }
    },
    initialState,
    { projected: linear(inputs, weights.weightIh, weights.biasIh), mask }, // [T, B, 3H], [T, B, 1]
    { recurrent: tf.transpose(weights.weightHh), bias: weights.biasHh, mask: recurrentMask },
    { reverse },
  )
  return { outputs: zeroPadding(outputs, mask), finalState: carry }
}
