/** What every classifying network is: a module from scaled series of any length to scores of the classes. */
import { Module, sequenceMask, type TrainingOptions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'

/** A batch of series as a network sees it, scaled. */
export type NetworkInputs = {
  /** `[B, N, w, C]`: N segments of w steps, zeros after a series' end. */
  values: tf.Tensor
  /** Steps of each series, `[B]` int32. */
  lengths: tf.Tensor
  /** Whether one of them is shorter than N · w. */
  isPadded: boolean
}

export interface NetworkSizes {
  /** C */
  channels: number
  /** K */
  classes: number
}

export interface NetworkResult {
  /** Unnormalised log-probabilities, `[B, K]`. */
  logits: tf.Tensor
  /** How much each step counts, `[B, N · w]`; rows sum to 1 and are 0 after a series' end. */
  attention: tf.Tensor
  /** What is added to the loss of each series, `[B]`. Default nothing. */
  penalty?: tf.Tensor
}

export abstract class ClassifierNetwork extends Module {
  /** w, steps that are read together: padded lengths are multiples of it. */
  readonly segmentLength: number = 1

  constructor(readonly sizes: NetworkSizes) {
    super()
  }

  abstract forward(inputs: NetworkInputs, options?: TrainingOptions): NetworkResult
}

/** A batch without its segments. */
export type Steps = {
  /** `[B, T, C]` */
  x: tf.Tensor
  /** `[B, T]`, 1 up to a series' end; undefined where all are of this length. */
  mask: tf.Tensor | undefined
}

export function stepsOf({ values, lengths, isPadded }: NetworkInputs): Steps {
  const [B, N, w, C] = values.shape as [number, number, number, number]
  return {
    x: tf.reshape(values, [B, N * w, C]),
    mask: isPadded ? sequenceMask(lengths, N * w) : undefined,
  }
}
