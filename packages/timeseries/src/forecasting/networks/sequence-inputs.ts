/** What networks that walk along time read at each step: targets, covariates and static features side by side. */
import * as tf from '@tensorflow/tfjs-core'
import type { NetworkInputs, NetworkSizes } from '../network.js'

/** D = C + P + F + S */
export function lookbackSize({ channels, pastCovariates, futureCovariates, statics }: NetworkSizes): number {
  return channels + pastCovariates + futureCovariates + statics
}

/** `[B, L, D]` */
export function lookbackInputs({ past, covariates, statics }: NetworkInputs): tf.Tensor {
  const parts = [past, ...(covariates ? [covariates] : []), ...atEveryStep(statics, past.shape[1] as number)]
  return sideBySide(parts)
}

/** F + S */
export function horizonSize({ futureCovariates, statics }: NetworkSizes): number {
  return futureCovariates + statics
}

/** What is known of every step ahead, `[B, H, F + S]`; null when nothing is. */
export function horizonInputs({ future, statics }: NetworkInputs, horizon: number): tf.Tensor | null {
  const parts = [...(future ? [future] : []), ...atEveryStep(statics, horizon)]
  return parts.length > 0 ? sideBySide(parts) : null
}

/** The same in one row for each window, `[B, H · (F + S)]`, as a list to be joined: empty when nothing is known. */
export function flatHorizonInputs(inputs: NetworkInputs, horizon: number): tf.Tensor[] {
  const known = horizonInputs(inputs, horizon)
  return known ? [tf.reshape(known, [known.shape[0], horizon * (known.shape[2] as number)])] : []
}

function atEveryStep(statics: tf.Tensor | null, steps: number): tf.Tensor[] {
  return statics ? [tf.tile(tf.expandDims(statics, 1), [1, steps, 1])] : []
}

function sideBySide(parts: tf.Tensor[]): tf.Tensor {
  return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, 2)
}
