import type * as tf from '@tensorflow/tfjs-core'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import type { Parameter } from '../engine/parameter.js'
import type { Rng } from '../engine/random.js'
import { linear } from '../ops/linear.js'
import { type Initializer, parameter, uniform } from './initializers.js'
import { Module } from './module.js'
import { requireSizes } from './options.js'

export interface LinearOptions {
  inputSize: number
  outputSize: number
  /** Default true. */
  bias?: boolean
  /** Of the weight. Default uniform in ±1/√inputSize, as in PyTorch; the bias always. */
  initializer?: Initializer
  rng: Rng
}

const knownOptions = {
  inputSize: true,
  outputSize: true,
  bias: true,
  initializer: true,
  rng: true,
} satisfies KnownOptions<LinearOptions>

/** y = W x + b over the last axis, see `ops/linear.ts`. Parameters: `weight [O, I]`, `bias [O]`. */
export class Linear extends Module {
  readonly weight: Parameter
  readonly bias: Parameter | null

  /** @throws InvalidArgumentError when a size is not a positive integer, or an option unknown. */
  constructor(options: LinearOptions) {
    super()
    requireKnownOptions(options, knownOptions)
    const { inputSize, outputSize, bias = true, initializer, rng } = options
    requireSizes({ inputSize, outputSize })
    const usual = uniform(1 / Math.sqrt(inputSize))
    this.weight = parameter([outputSize, inputSize], initializer ?? usual, rng)
    this.bias = bias ? parameter([outputSize], usual, rng) : null
  }

  /**
   * @param x `[…, I]`.
   * @returns `[…, O]`.
   * @throws ShapeError when the last axis is not I.
   */
  forward(x: tf.Tensor): tf.Tensor {
    return linear(x, this.weight.read(), this.bias?.read())
  }
}
