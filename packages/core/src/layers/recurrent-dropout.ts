/**
 * Dropout in recurrent layers: where units are dropped, and which masks hold for all time steps.
 *
 * Variational dropout (Gal & Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural
 * networks"): z_x and z_h are drawn once a sequence, and every step of a layer sees x_t ∘ z_x and h_{t−1} ∘ z_h. Drawn
 * anew at every step, a mask on h would wear the memory down; so that one always holds over time.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'
import { dropout, requireRate } from '../ops/dropout.js'
import { dropoutRng, type TrainingOptions } from './options.js'

export interface RecurrentDropoutOptions {
  /** Share of the first layer's inputs that is dropped, in training. Default 0. */
  inputDropout?: number
  /** Share of each layer's outputs that is dropped before the next layer, in training. Default 0. */
  dropout?: number
  /** Share of the last layer's outputs that is dropped, in training; final states stay whole. Default 0. */
  outputDropout?: number
  /**
   * Share of h_{t−1} that is dropped where it enters the gates, in training: one mask for all time steps, a row,
   * layer and direction (Gal & Ghahramani 2016). Default 0.
   */
  recurrentDropout?: number
  /**
   * The masks on inputs, between layers and on outputs hold for all time steps too. With all rates alike this is the
   * variational LSTM of Gal & Ghahramani 2016. Default false: new ones at each step.
   */
  variationalDropout?: boolean
}

/** What is dropped in one forward pass: the identity when it is no training. Sequences are time first. */
export interface DroppedParts {
  /** `[T, B, D]` → the same. */
  inputs(x: tf.Tensor): tf.Tensor
  /** `[T, B, H]` → the same. */
  between(x: tf.Tensor): tf.Tensor
  /** `[T, B, H]` → the same. */
  outputs(x: tf.Tensor): tf.Tensor
  /** A mask `[B, H]` for the states of one layer in one direction; undefined when they are not dropped. */
  recurrentMask(shape: [B: number, H: number]): tf.Tensor | undefined
}

type Rates = Required<Omit<RecurrentDropoutOptions, 'variationalDropout'>>

export class RecurrentDropout {
  private readonly rates: Rates
  private readonly sharedAxes: readonly number[]

  /** @throws InvalidArgumentError when a rate is outside [0, 1), or has nowhere to drop. */
  constructor(options: RecurrentDropoutOptions & { numLayers?: number }) {
    const { inputDropout = 0, dropout: rate = 0, outputDropout = 0, recurrentDropout = 0 } = options
    this.rates = { inputDropout, dropout: rate, outputDropout, recurrentDropout }
    for (const [name, value] of Object.entries(this.rates)) requireRate(name, value)
    this.sharedAxes = options.variationalDropout ? [0] : []
    if (rate > 0 && (options.numLayers ?? 1) === 1)
      throw new InvalidArgumentError({
        argument: 'dropout',
        expected: '0 with one layer, as it drops between layers',
        received: String(rate),
        hint: 'outputDropout drops the outputs, inputDropout the inputs, recurrentDropout the states.',
      })
  }

  /** @throws InvalidArgumentError when there is something to drop in training, and no `rng`. */
  begin(options: TrainingOptions): DroppedParts {
    const { inputDropout, dropout: rate, outputDropout, recurrentDropout } = this.rates
    const rng = dropoutRng(Math.max(...Object.values(this.rates)), options)
    return {
      inputs: (x) => this.drop(x, inputDropout, rng),
      between: (x) => this.drop(x, rate, rng),
      outputs: (x) => this.drop(x, outputDropout, rng),
      recurrentMask: (shape) =>
        rng && recurrentDropout > 0 ? dropout(tf.ones(shape), { rate: recurrentDropout, rng }) : undefined,
    }
  }

  private drop(x: tf.Tensor, rate: number, rng: Rng | null): tf.Tensor {
    return rng ? dropout(x, { rate, rng, sharedAxes: this.sharedAxes }) : x
  }
}
