/**
 * DeepAR (Salinas et al. 2020, "DeepAR: Probabilistic forecasting with autoregressive recurrent networks", section 3):
 * one recurrent network walks over look-back and horizon; from its state it says how the next value is distributed. It
 * is trained on the values that came; ahead of the last one it walks on values drawn from its own distributions, many
 * times over: sampled paths.
 *
 *     h_t = LSTM step from h_{t−1} with the input [y_{t−1}; known_t; statics]
 *     θ_t = W h_t + b                     parameters of the distribution of y_t
 */
import { type Gru, Linear, type Lstm, type LstmState, type TrainingOptions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { cellSchema, createStack, dropped } from '../../networks/recurrent-stack.js'
import { linearWeights, stackWeights } from '../../networks/weight-counts.js'
import type { NetworkContext, NetworkInputs, NetworkResult, NetworkSizes } from '../network.js'
import { AutoregressiveNetwork, type WalkState, type WalkStep } from '../network.js'
import { horizonInputs, horizonSize } from './sequence-inputs.js'

export const deepArSchema = z.strictObject({
  name: z.literal('deepar'),
  hiddenSize: z.int().positive().default(64),
  numLayers: z.int().positive().default(2),
  cell: cellSchema,
  dropout: z.number().min(0).lt(1).default(0.1),
})

export type DeepArConfig = z.output<typeof deepArSchema>

export class DeepAr extends AutoregressiveNetwork {
  readonly cells: Lstm | Gru
  readonly head: Linear
  readonly #dropout: number
  readonly #point: NetworkContext['point']

  constructor(config: DeepArConfig, { sizes, rng, point }: NetworkContext) {
    super(sizes)
    const { cells, head } = partSizes(config, sizes)
    this.cells = createStack({ ...cells, dropout: config.dropout, rng })
    this.head = new Linear({ ...head, rng })
    this.#dropout = config.dropout
    this.#point = point
  }

  static weightCount(config: DeepArConfig, sizes: NetworkSizes): number {
    const { cells, head } = partSizes(config, sizes)
    return stackWeights(cells) + linearWeights(head)
  }

  /** Along the values that came; where they are not known, along its own point forecasts. */
  forward(inputs: NetworkInputs, options: TrainingOptions = {}): NetworkResult {
    const { horizon: H, lookback: L } = this.sizes
    if (!inputs.teacher) return { output: this.walkOn(inputs) }
    const values = tf.concat([inputs.past, tf.slice(inputs.teacher, [0, 0, 0], [-1, H - 1, -1])], 1)
    const { outputs } = this.cells.forward(this.beside(values, knownAfterEach(inputs, H)), options)
    const ahead = tf.slice(outputs, [0, L - 1, 0], [-1, H, -1])
    return { output: this.read(dropped(ahead, this.#dropout, options)) }
  }

  begin(inputs: NetworkInputs): WalkStep {
    const known = knownAfterEach(inputs, 1)
    const { outputs, finalStates } = this.cells.forward(this.beside(inputs.past, known))
    const { lookback: L } = this.sizes
    return {
      state: namedStates(finalStates),
      output: this.readOne(tf.slice(outputs, [0, L - 1, 0], [-1, 1, -1])),
    }
  }

  next(state: WalkState, previous: tf.Tensor, known: tf.Tensor | null): WalkStep {
    const input = this.beside(tf.expandDims(previous, 1), known && tf.expandDims(known, 1))
    const initialStates = listedStates(state, this.cells.numLayers)
    const { outputs, finalStates } = (this.cells as Lstm).forward(input, {
      initialStates: initialStates as LstmState[],
    })
    return { state: namedStates(finalStates), output: this.readOne(outputs) }
  }

  private walkOn(inputs: NetworkInputs): tf.Tensor {
    const known = horizonInputs(inputs, this.sizes.horizon)
    let step = this.begin(inputs)
    const outputs = [step.output]
    for (let h = 1; h < this.sizes.horizon; h++) {
      const knownNow = known && tf.squeeze(tf.slice(known, [0, h, 0], [-1, 1, -1]), [1])
      step = this.next(step.state, this.#point(step.output), knownNow)
      outputs.push(step.output)
    }
    return tf.stack(outputs, 1)
  }

  private beside(values: tf.Tensor, known: tf.Tensor | null): tf.Tensor {
    return known ? tf.concat([values, known], 2) : values
  }

  /** `[B, T, H]` → `[B, T, C, O]` */
  private read(states: tf.Tensor): tf.Tensor {
    const [B, T] = states.shape as [number, number]
    return tf.reshape(this.head.forward(states), [B, T, this.sizes.channels, this.sizes.outputs])
  }

  /** `[B, 1, H]` → `[B, C, O]` */
  private readOne(states: tf.Tensor): tf.Tensor {
    return tf.squeeze(this.read(states), [1])
  }
}

function partSizes({ hiddenSize, numLayers, cell }: DeepArConfig, sizes: NetworkSizes) {
  const { channels, outputs } = sizes
  return {
    cells: { cell, inputSize: channels + horizonSize(sizes), hiddenSize, numLayers },
    head: { inputSize: hiddenSize, outputSize: channels * outputs },
  }
}

/** What is known of the step after each of the look-back and of the first `ahead` − 1 of the horizon. */
function knownAfterEach(inputs: NetworkInputs, ahead: number): tf.Tensor | null {
  const { past, covariates, future, statics } = inputs
  const L = past.shape[1] as number
  const steps = L + ahead - 1
  const parts: tf.Tensor[] = []
  if (covariates && future) {
    const later = tf.slice(covariates, [0, 1, 0], [-1, L - 1, -1])
    parts.push(tf.concat([later, tf.slice(future, [0, 0, 0], [-1, ahead, -1])], 1))
  }
  if (statics) parts.push(tf.tile(tf.expandDims(statics, 1), [1, steps, 1]))
  if (parts.length === 0) return null
  return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, 2)
}

function namedStates(states: readonly (tf.Tensor | LstmState)[]): WalkState {
  return Object.fromEntries(
    states.flatMap((state, layer) =>
      state instanceof tf.Tensor
        ? [[`h${layer}`, state]]
        : [
            [`h${layer}`, state.h],
            [`c${layer}`, state.c],
          ],
    ),
  )
}

function listedStates(state: WalkState, layers: number): (tf.Tensor | LstmState)[] {
  return Array.from({ length: layers }, (_, layer) => {
    const h = state[`h${layer}`] as tf.Tensor
    const c = state[`c${layer}`]
    return c ? { h, c } : h
  })
}
