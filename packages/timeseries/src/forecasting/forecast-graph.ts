/** From scaled windows to parameters of the forecast: normalise each window, run the network, undo it. */
import type { Axes, Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ParsedForecastConfig } from './config.js'
import type { Likelihood } from './likelihoods/index.js'
import type { ForecastNetwork, NetworkInputs, NetworkSizes } from './network.js'

export interface ForecastParts {
  network: ForecastNetwork
  likelihood: Likelihood
  windowNorm: ParsedForecastConfig['windowNorm']
}

export type GraphResult = {
  /** `[B, H, C, O]`, in scaled units. */
  parameters: tf.Tensor
  /** `[B, Q, L]`; see `NetworkResult`. */
  attention: tf.Tensor | null
}

/** @param rng switches dropout on. */
export function forecastGraph(
  { network, likelihood, windowNorm }: ForecastParts,
  inputs: NetworkInputs,
  rng?: Rng,
): GraphResult {
  const norm = normOf(inputs.past, windowNorm)
  const result = network.forward(normalised(inputs, norm), rng ? { training: true, rng } : {})
  const parameters = likelihood.parameters(result.output)
  return {
    parameters: norm
      ? likelihood.affine(parameters, tf.expandDims(norm.shift, 3), tf.expandDims(norm.scale, 3))
      : parameters,
    attention: result.attention ?? null,
  }
}

/** Look-back, and what came after it, in the units of their window. */
export function normalised(inputs: NetworkInputs, norm: WindowScale | null): NetworkInputs {
  if (!norm) return inputs
  const scaled = (x: tf.Tensor) => tf.div(tf.sub(x, norm.shift), norm.scale)
  return {
    ...inputs,
    past: scaled(inputs.past),
    ...(inputs.teacher ? { teacher: scaled(inputs.teacher) } : {}),
  }
}

/** `[B, 1, C]` each. */
export type WindowScale = { shift: tf.Tensor; scale: tf.Tensor }

/** A window with less spread than this, in scaled units, is not blown up to a spread of 1. */
const leastSpread = 1e-2

/** Of each window and channel; null for none. */
export function normOf(past: tf.Tensor, windowNorm: ForecastParts['windowNorm']): WindowScale | null {
  if (windowNorm === 'none') return null
  if (windowNorm === 'last') {
    const [B, L, C] = past.shape as [number, number, number]
    const shift = tf.slice(past, [0, L - 1, 0], [B, 1, C])
    return { shift, scale: tf.onesLike(shift) }
  }
  if (windowNorm === 'mean') {
    const size = tf.mean(tf.abs(past), 1, true)
    return { shift: tf.zerosLike(size), scale: tf.add(size, 1) }
  }
  const { mean, variance } = tf.moments(past, 1, true)
  return { shift: mean, scale: tf.sqrt(tf.add(variance, leastSpread ** 2)) }
}

export type TargetTensors = {
  /** `[B, H, C]` */
  target: tf.Tensor
  observed: tf.Tensor
}

/** Mean loss of the observed values; 0 where none was. */
export function forecastLoss(
  parts: ForecastParts,
  inputs: NetworkInputs,
  { target, observed }: TargetTensors,
  rng?: Rng,
): tf.Tensor {
  const { parameters } = forecastGraph(parts, { ...inputs, teacher: target }, rng)
  return meanWhere(parts.likelihood.loss(parameters, target), observed)
}

/** Σ w x / max(Σ w, 1) */
function meanWhere(x: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  return tf.div(tf.sum(tf.mul(x, weights)), tf.maximum(tf.sum(weights), 1))
}

/**
 * Sums over the observed values of a batch: loss, squared and absolute error of the point forecast; and their count. Of
 * a network that walks along what came they are errors one step ahead.
 */
export function forecastErrors(
  parts: ForecastParts,
  inputs: NetworkInputs,
  { target, observed }: TargetTensors,
): Record<'loss' | 'mse' | 'mae' | 'count', tf.Tensor> {
  const { parameters } = forecastGraph(parts, { ...inputs, teacher: target })
  const error = tf.sub(parts.likelihood.point(parameters), target)
  const total = (x: tf.Tensor) => tf.sum(tf.mul(x, observed))
  return {
    loss: total(parts.likelihood.loss(parameters, target)),
    mse: total(tf.square(error)),
    mae: total(tf.abs(error)),
    count: tf.sum(observed),
  }
}

const steps = ['B', null, null] as const

/** Axes of what is there: any number of windows may come at once. */
export function inputAxes({ pastCovariates, futureCovariates, statics }: NetworkSizes): Axes {
  return {
    'inputs.past': steps,
    ...(pastCovariates + futureCovariates > 0 ? { 'inputs.covariates': steps } : {}),
    ...(futureCovariates > 0 ? { 'inputs.future': steps } : {}),
    ...(statics > 0 ? { 'inputs.statics': ['B', null] } : {}),
  }
}

export function batchAxes(sizes: NetworkSizes): Axes {
  return { ...inputAxes(sizes), target: steps, observed: steps }
}
