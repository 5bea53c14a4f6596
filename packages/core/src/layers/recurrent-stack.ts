/** Layers of recurrent cells on top of each other, in one or both directions: what Lstm and Gru share. */
import * as tf from '@tensorflow/tfjs-core'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import type { Parameter } from '../engine/parameter.js'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'
import {
  maskAlongTime,
  type RecurrentWeights,
  type Sequence,
  type SequenceOptions,
  swapBatchAndTime,
} from '../ops/recurrent.js'
import { requireShapes } from '../ops/shapes.js'
import { type Initializer, parameter, uniform } from './initializers.js'
import { Module } from './module.js'
import { maskOf, requireSizes, type TrainingOptions, type ValidSteps } from './options.js'
import { type DroppedParts, RecurrentDropout, type RecurrentDropoutOptions } from './recurrent-dropout.js'

export interface RecurrentStackOptions extends RecurrentDropoutOptions {
  /** D */
  inputSize: number
  /** H */
  hiddenSize: number
  /** L, default 1. */
  numLayers?: number
  /** A second set of cells walks backwards; outputs are `[forward; backward]`. Default false. */
  bidirectional?: boolean
  /** Default true. */
  bias?: boolean
  /** Of `weightIh`. Default, here as for all others: uniform in ±1/√H, as in PyTorch. */
  initializer?: Initializer
  /** Of `weightHh`, gate by gate `[H, H]`. */
  recurrentInitializer?: Initializer
  rng: Rng
}

/** What every stack knows; a kind of cells may know more. */
export const recurrentStackOptions = {
  inputSize: true,
  hiddenSize: true,
  numLayers: true,
  bidirectional: true,
  bias: true,
  inputDropout: true,
  dropout: true,
  outputDropout: true,
  recurrentDropout: true,
  variationalDropout: true,
  initializer: true,
  recurrentInitializer: true,
  rng: true,
} satisfies KnownOptions<RecurrentStackOptions>

export interface RecurrentForwardOptions<State> extends TrainingOptions, ValidSteps {
  /** One a layer and direction: layer 0 forward, layer 0 reverse, layer 1 forward, … Default zeros. */
  initialStates?: readonly State[]
}

const forwardOptions = {
  training: true,
  rng: true,
  lengths: true,
  mask: true,
  initialStates: true,
} satisfies KnownOptions<RecurrentForwardOptions<unknown>>

export interface RecurrentResult<State> {
  /** `[B, T, H]`, or `[B, T, 2H]` when bidirectional; zeros at padded steps. */
  outputs: tf.Tensor
  /** State, whole in training too, after each row's last valid step (first, for the reverse direction), in the order of `initialStates`. */
  finalStates: State[]
}

interface CellParameters {
  weightIh: Parameter
  weightHh: Parameter
  biasIh: Parameter | null
  biasHh: Parameter | null
}

/**
 * Parameters by PyTorch's names: `weightIhL0 [GH, D]`, `weightHhL0 [GH, H]`, `biasIhL0`, `biasHhL0 [GH]`, with
 * `…L0Reverse` for the second direction and `…L1` for the next layer.
 */
export abstract class RecurrentStack<State> extends Module {
  readonly inputSize: number
  readonly hiddenSize: number
  readonly numLayers: number
  readonly bidirectional: boolean
  /** Numbers in each output: H, or 2H when bidirectional. */
  readonly outputSize: number
  private readonly dropout: RecurrentDropout
  // Private to the language too, so that parameters are named by their own fields only.
  readonly #cells: CellParameters[][]

  /**
   * @param known the names of the options.
   * @throws InvalidArgumentError when an option is unknown, a size is not a positive integer, a dropout rate is outside
   *   [0, 1), or there is `dropout` between layers and one layer only.
   */
  constructor(options: RecurrentStackOptions, gates: number, known: KnownOptions<RecurrentStackOptions>) {
    super()
    requireKnownOptions(options, known)
    const { inputSize, hiddenSize, numLayers = 1, bidirectional = false } = options
    requireSizes({ inputSize, hiddenSize, numLayers })
    this.inputSize = inputSize
    this.hiddenSize = hiddenSize
    this.numLayers = numLayers
    this.bidirectional = bidirectional
    this.outputSize = bidirectional ? 2 * hiddenSize : hiddenSize
    this.dropout = new RecurrentDropout(options)
    const suffixes = bidirectional ? ['', 'Reverse'] : ['']
    this.#cells = Array.from({ length: numLayers }, (_, layer) =>
      suffixes.map((suffix) => {
        const cell = makeCell(options, gates, layer === 0 ? inputSize : this.outputSize)
        Object.assign(this, named(cell, `L${layer}${suffix}`))
        return cell
      }),
    )
  }

  /** One layer in one direction, time first. */
  protected abstract alongTime(options: SequenceOptions<State>): Sequence<State>

  /**
   * @param inputs `[B, T, D]`.
   * @throws ShapeError when shapes do not belong together.
   * @throws InvalidArgumentError when an option is unknown, both lengths and mask are given, a length is outside
   *   0 … T, the number of initial states is wrong, or there is dropout in training and no `rng`.
   */
  forward(inputs: tf.Tensor, options: RecurrentForwardOptions<State> = {}): RecurrentResult<State> {
    requireKnownOptions(options, forwardOptions)
    const { T } = requireShapes({
      inputs: [inputs, ['B', 'T', this.inputSize]],
      lengths: [options.lengths, ['B']],
      mask: [options.mask, ['B', 'T']],
    })
    this.requireStates(options.initialStates)
    const mask = maskOf(options, T as number)
    const drop = this.dropout.begin(options)
    const timeMask = mask && maskAlongTime(mask)
    const finalStates: State[] = []
    let x = drop.inputs(swapBatchAndTime(inputs))
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0) x = drop.between(x)
      const runs = this.runLayer(layer, x, timeMask, options.initialStates, drop)
      finalStates.push(...runs.map(({ finalState }) => finalState))
      x = concatOutputs(runs)
    }
    return { outputs: swapBatchAndTime(drop.outputs(x)), finalStates }
  }

  /** All directions of one layer, time first. */
  private runLayer(
    layer: number,
    inputs: tf.Tensor,
    mask: tf.Tensor | undefined,
    initialStates: readonly State[] | undefined,
    drop: DroppedParts,
  ): Sequence<State>[] {
    const directions = this.#cells[layer] as CellParameters[]
    const B = inputs.shape[1] as number
    return directions.map((cell, direction) => {
      const initialState = initialStates?.[layer * directions.length + direction]
      const recurrentMask = drop.recurrentMask([B, this.hiddenSize])
      const reverse = direction === 1
      return this.alongTime({ inputs, weights: read(cell), mask, initialState, reverse, recurrentMask })
    })
  }

  private requireStates(states: readonly State[] | undefined): void {
    const count = this.#cells.flat().length
    if (states && states.length !== count)
      throw new InvalidArgumentError({
        argument: 'initialStates',
        expected: `${count} states, one a layer and direction`,
        received: String(states.length),
      })
  }
}

function concatOutputs(runs: Sequence<unknown>[]): tf.Tensor {
  const [first, ...others] = runs.map(({ outputs }) => outputs) as [tf.Tensor, ...tf.Tensor[]]
  return others.length > 0 ? tf.concat([first, ...others], 2) : first
}

function makeCell(options: RecurrentStackOptions, gates: number, inputSize: number): CellParameters {
  const { hiddenSize: H, bias = true, rng } = options
  const usual = uniform(1 / Math.sqrt(H))
  const { initializer = usual, recurrentInitializer = usual } = options
  return {
    weightIh: parameter([gates * H, inputSize], initializer, rng),
    weightHh: parameter([gates * H, H], gateByGate(recurrentInitializer, gates), rng),
    biasIh: bias ? parameter([gates * H], usual, rng) : null,
    biasHh: bias ? parameter([gates * H], usual, rng) : null,
  }
}

/** Every gate's `[H, H]` block drawn by itself: an orthogonal initialiser makes each of them orthogonal. */
function gateByGate(initializer: Initializer, gates: number): Initializer {
  return ([rows = 0, columns = 0], rng) => {
    const values = new Float32Array(rows * columns)
    for (let gate = 0; gate < gates; gate++)
      values.set(initializer([rows / gates, columns], rng), gate * (rows / gates) * columns)
    return values
  }
}

function named(cell: CellParameters, suffix: string): Record<string, Parameter> {
  const present = Object.entries(cell).filter(([, value]) => value !== null)
  return Object.fromEntries(present.map(([name, value]) => [`${name}${suffix}`, value]))
}

function read({ weightIh, weightHh, biasIh, biasHh }: CellParameters): RecurrentWeights {
  return {
    weightIh: weightIh.read(),
    weightHh: weightHh.read(),
    biasIh: biasIh?.read(),
    biasHh: biasHh?.read(),
  }
}
