/** What every forecasting network is: a module from scaled windows to the numbers that a likelihood reads. */
import { Module, type Rng, type TrainingOptions } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'

/** A batch of windows as a network sees it, scaled. */
export type NetworkInputs = {
  /** The look-back, `[B, L, C]`; missing values carry the last one on. */
  past: tf.Tensor
  /** What else is known of the look-back, past covariates first, then future ones, `[B, L, P + F]`; null without any. */
  covariates: tf.Tensor | null
  /** What is known of the horizon beforehand, `[B, H, F]`; null without any. */
  future: tf.Tensor | null
  /** What is known of the series, `[B, S]`; null without any. */
  statics: tf.Tensor | null
  /** What came, `[B, H, C]`, scaled like the look-back: in training alone, for networks that walk along it. */
  teacher?: tf.Tensor
}

export interface NetworkSizes {
  /** L, steps that are looked back on. */
  lookback: number
  /** H, steps that are forecast. */
  horizon: number
  /** C, target channels. */
  channels: number
  /** P, covariates known up to now. */
  pastCovariates: number
  /** F, covariates known for the horizon, too. */
  futureCovariates: number
  /** S, numbers known of a series. */
  statics: number
  /** O, numbers that the likelihood reads for each value: 1 for a point, one a quantile, the parameters of a distribution. */
  outputs: number
}

export interface NetworkResult {
  /** `[B, H, C, O]` */
  output: tf.Tensor
  /** How much each step of the look-back counts, `[B, Q, L]`, for Q queries (parts of the horizon); rows sum to 1. */
  attention?: tf.Tensor
}

export abstract class ForecastNetwork extends Module {
  constructor(readonly sizes: NetworkSizes) {
    super()
  }

  abstract forward(inputs: NetworkInputs, options?: TrainingOptions): NetworkResult
}

/** What a network carries from step to step, by name, `[B, …]` each. */
export type WalkState = Record<string, tf.Tensor>

export type WalkStep = {
  state: WalkState
  /** Of the next value, `[B, C, O]`. */
  output: tf.Tensor
}

/** A network that forecasts one step from the one before: it is trained on what came, and run on what it draws itself. */
export abstract class AutoregressiveNetwork extends ForecastNetwork {
  /** Along the look-back, up to the first step of the horizon. */
  abstract begin(inputs: NetworkInputs): WalkStep

  /**
   * One step on.
   * @param previous the value before, `[B, C]`. @param known what is known of the step to be forecast, `[B, F + S]`.
   */
  abstract next(state: WalkState, previous: tf.Tensor, known: tf.Tensor | null): WalkStep
}

/** What a network is made with. */
export interface NetworkContext {
  sizes: NetworkSizes
  rng: Rng
  /** The point forecast that raw outputs stand for, `[…, O]` → `[…]`: what a network is fed that walks ahead. */
  point(raw: tf.Tensor): tf.Tensor
}
