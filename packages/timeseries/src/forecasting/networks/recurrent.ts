/** LSTM or GRU along a look-back, and cell by cell, for networks that can be built of either. */
import {
  attentionScores,
  type Gru,
  gruStep,
  Linear,
  type Lstm,
  type LstmState,
  lstmGates,
  Module,
  type TrainingOptions,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { CellName, StackOptions } from '../../networks/recurrent-stack.js'

const scoreNames = Object.keys(attentionScores) as [keyof typeof attentionScores]
/** How a query is compared with what it may attend to. */
export const scoreSchema = z.enum(scoreNames)

export interface Walked {
  /** `[B, T, H]`, of the top layer. */
  states: tf.Tensor
  /** `[B, H]`, its last h. */
  last: tf.Tensor
}

export function walk(stack: Lstm | Gru, inputs: tf.Tensor, options: TrainingOptions): Walked {
  const { outputs, finalStates } = stack.forward(inputs, options)
  const top = finalStates.at(-1) as tf.Tensor | LstmState
  return { states: outputs, last: top instanceof tf.Tensor ? top : top.h }
}

/** State of one cell: c for LSTM alone, `[B, H]` each. */
export type CellState = { h: tf.Tensor; c: tf.Tensor | undefined }

/** Weights of a cell as its steps multiply by them. */
export type CellKernels = {
  input: tf.Tensor
  inputBias: tf.Tensor
  recurrent: tf.Tensor
  recurrentBias: tf.Tensor
}

/** One cell, for loops whose inputs depend on what came out before. Parameters: `input` and `recurrent`, as `Linear`s. */
export class Cell extends Module {
  readonly input: Linear
  readonly recurrent: Linear
  readonly #name: CellName

  constructor({ cell, inputSize, hiddenSize, rng }: Omit<StackOptions, 'numLayers' | 'dropout'>) {
    super()
    const gates = cell === 'lstm' ? 4 : 3
    this.#name = cell
    this.input = new Linear({ inputSize, outputSize: gates * hiddenSize, rng })
    this.recurrent = new Linear({ inputSize: hiddenSize, outputSize: gates * hiddenSize, rng })
  }

  /** For the `consts` of a `scan`. */
  kernels(): CellKernels {
    return {
      input: tf.transpose(this.input.weight.read()),
      inputBias: readBias(this.input),
      recurrent: tf.transpose(this.recurrent.weight.read()),
      recurrentBias: readBias(this.recurrent),
    }
  }

  startState(h: tf.Tensor): CellState {
    return { h, c: this.#name === 'lstm' ? tf.zerosLike(h) : undefined }
  }

  /** h and, of an LSTM, c, side by side: what attention to the state reads. */
  seen({ h, c }: CellState): tf.Tensor {
    return c ? tf.concat([h, c], 1) : h
  }

  /** @param x `[B, D]`. */
  step({ h, c }: CellState, x: tf.Tensor, kernels: CellKernels): CellState {
    const projected = tf.add(product(x, kernels.input), kernels.inputBias)
    if (!c)
      return {
        h: gruStep(h, projected, { recurrent: kernels.recurrent, bias: kernels.recurrentBias }),
        c: undefined,
      }
    const sums = tf.add(projected, tf.add(product(h, kernels.recurrent), kernels.recurrentBias))
    return lstmGates(sums, c)
  }
}

export function readBias({ bias }: Linear): tf.Tensor {
  return (bias as NonNullable<typeof bias>).read()
}

function product(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  return tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D)
}
