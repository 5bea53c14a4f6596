/**
 * What recurrent layers share. Public functions take the batch first, `[B, T, …]`; the loops walk along the first
 * axis, so inside, and in the functions named `…AlongTime`, time comes first.
 */
import * as tf from '@tensorflow/tfjs-core'
import { ShapeError } from '../errors.js'
import { requireShapes } from './shapes.js'

/** One layer in one direction; names and shapes as in PyTorch, G gates stacked along the first axis. */
export interface RecurrentWeights {
  /** `[GH, D]` */
  weightIh: tf.Tensor
  /** `[GH, H]` */
  weightHh: tf.Tensor
  /** `[GH]` */
  biasIh?: tf.Tensor
  /** `[GH]` */
  biasHh?: tf.Tensor
}

export interface SequenceOptions<State> {
  /** `[B, T, D]` */
  inputs: tf.Tensor
  weights: RecurrentWeights
  /** `[B, T]`, 1 = valid; default: all valid. The state sleeps through steps with 0, their outputs are zeros. */
  mask?: tf.Tensor
  /** Default zeros. */
  initialState?: State
  /** Walk from the last step to the first; outputs keep the order of the inputs. Default false. */
  reverse?: boolean
  /**
   * `[B, H]`, what h_{t−1} is multiplied by wherever a weight of U meets it, at all steps the same: the mask of
   * recurrent dropout (Gal & Ghahramani 2016), 0 or 1/(1 − rate). What the next state keeps of the last one it keeps
   * whole. Default: all ones.
   */
  recurrentMask?: tf.Tensor
}

export interface Sequence<State> {
  /** `[B, T, H]`; zeros at padded steps. */
  outputs: tf.Tensor
  /** State after each row's last valid step (with `reverse`: after its first). */
  finalState: State
}

/** Exchanges the first two axes: `[B, T, …]` ↔ `[T, B, …]`. */
export function swapBatchAndTime(x: tf.Tensor): tf.Tensor {
  const [, , ...rest] = x.shape
  return tf.transpose(x, [1, 0, ...rest.map((_, i) => i + 2)])
}

/** A mask `[B, T]` as `[T, B, 1]`, boolean: what is no float has no gradient to compute on the way back. */
export function maskAlongTime(mask: tf.Tensor): tf.Tensor {
  return tf.expandDims(tf.transpose(tf.cast(mask, 'bool'), [1, 0]), 2)
}

/** What of the last output `h` the next step's gates see. */
export function seenByGates(h: tf.Tensor, recurrentMask: tf.Tensor | undefined): tf.Tensor {
  return recurrentMask ? tf.mul(h, recurrentMask) : h
}

/** `next` where the mask is 1, `previous` where it is 0: a state that sleeps through padding. */
export function advanceWhere(mask: tf.Tensor | undefined, next: tf.Tensor, previous: tf.Tensor): tf.Tensor {
  if (!mask) return next
  return tf.add(previous, tf.mul(tf.sub(next, previous), tf.cast(mask, 'float32')))
}

/** Zeros at the padded steps of `outputs [T, B, H]`. */
export function zeroPadding(outputs: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  return mask ? tf.mul(outputs, tf.cast(mask, 'float32')) : outputs
}

/** Turns a function that walks along the first axis into one that takes and returns the batch first. */
export function batchFirst<State, Options extends SequenceOptions<State>>(
  alongTime: (options: Options) => Sequence<State>,
  options: Options,
): Sequence<State> {
  const { inputs, mask } = options
  requireShapes({ inputs: [inputs, ['B', 'T', 'D']], mask: [mask, ['B', 'T']] })
  const { outputs, finalState } = alongTime({
    ...options,
    inputs: swapBatchAndTime(inputs),
    mask: mask && maskAlongTime(mask),
  })
  return { outputs: swapBatchAndTime(outputs), finalState }
}

/**
 * Checks inputs `[T, B, D]`, states and recurrent mask `[B, H]` and the weights of G gates against each other.
 * @returns B and H.
 * @throws ShapeError; its shapes are batch first, as the caller knows them.
 */
export function requireRecurrentShapes(
  gates: number,
  { inputs, weights, recurrentMask }: Pick<SequenceOptions<unknown>, 'inputs' | 'weights' | 'recurrentMask'>,
  states: Record<string, tf.Tensor | undefined>,
): { B: number; H: number } {
  const { weightIh, weightHh, biasIh, biasHh } = weights
  const H = weightHh.shape[1] as number
  const { D } = requireShapes({
    weightIh: [weightIh, [gates * H, 'D']],
    weightHh: [weightHh, [gates * H, H]],
    biasIh: [biasIh, [gates * H]],
    biasHh: [biasHh, [gates * H]],
  })
  const [T, B, received] = inputs.shape as [number, number, number]
  if (received !== D)
    throw new ShapeError({
      argument: 'inputs',
      expected: `[B, T, ${D}]`,
      received: `[${B}, ${T}, ${received}]`,
    })
  for (const [name, state] of Object.entries(states))
    requireShapes({ [`initialState${name}`]: [state, [B, H]] })
  requireShapes({ recurrentMask: [recurrentMask, [B, H]] })
  return { B, H }
}
