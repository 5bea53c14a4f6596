/**
 * A recurrent layer as ONNX's own LSTM or GRU operator, which runs a sequence in one call. It has no gradient, so that
 * it serves where none is taken; ONNX orders the gates otherwise and has an axis for directions, of size 1 here.
 */
import type * as tf from '@tensorflow/tfjs-core'
import type { FusedCall, FusedGru, FusedLstm } from '../fused-recurrent.js'
import { concat, reshape, split, uniform } from './algebra.js'
import { graphValue } from './backend.js'
import { currentBuilder } from './current-builder.js'
import type { Attribute, Value } from './ir.js'
import { tensorOf } from './traced-data.js'

/** Where ONNX's gates stand among ours: i, o, f, g of i, f, g, o. */
const lstmOrder = [0, 3, 1, 2]
/** z, r, n of r, z, n. */
const gruOrder = [1, 0, 2]

export const onnxLstmSequence: FusedLstm = (call) => {
  const { bias, initialState } = call
  const [outputs, h, c] = emitRecurrent(call, {
    op: 'LSTM',
    order: lstmOrder,
    biases: [bias, undefined],
    states: [initialState.h, initialState.c],
  })
  return { outputs: outputs as tf.Tensor, finalState: { h: h as tf.Tensor, c: c as tf.Tensor } }
}

export const onnxGruSequence: FusedGru = (call) => {
  const { biasIh, biasHh, initialState, resetAfter } = call
  const [outputs, h] = emitRecurrent(call, {
    op: 'GRU',
    order: gruOrder,
    biases: [biasIh, biasHh],
    states: [initialState],
    attributes: { linear_before_reset: Number(resetAfter) },
  })
  return { outputs: outputs as tf.Tensor, finalState: h as tf.Tensor }
}

interface RecurrentOperator {
  op: 'LSTM' | 'GRU'
  order: readonly number[]
  biases: readonly (tf.Tensor | undefined)[]
  states: readonly tf.Tensor[]
  attributes?: Record<string, Attribute>
}

/** @returns outputs `[T, B, H]`, then the final states `[B, H]`. */
function emitRecurrent<State>(
  { inputs, weightIh, weightHh, reverse = false }: FusedCall<State>,
  { op, order, biases, states, attributes }: RecurrentOperator,
): tf.Tensor[] {
  const [T, B] = inputs.shape as [number, number]
  const H = weightHh.shape[1] as number
  const gates = (weights: Value) => withDirection(reorderGates(weights, order))
  const zeros = uniform(0, [order.length * H])
  const results = currentBuilder().emit({
    op,
    inputs: [
      graphValue(inputs),
      gates(graphValue(weightIh)),
      gates(graphValue(weightHh)),
      withDirection(
        concat(
          biases.map((bias) => (bias ? reorderGates(graphValue(bias), order) : zeros)),
          0,
        ),
      ),
      currentBuilder().absent,
      ...states.map((state) => withDirection(graphValue(state))),
    ],
    outputs: [[[T, 1, B, H], 'float32'], ...states.map(() => [[1, B, H], 'float32'] as const)],
    attributes: { hidden_size: H, direction: reverse ? 'reverse' : 'forward', ...attributes },
  })
  const shapes = [[T, B, H], ...states.map(() => [B, H])]
  return results.map((result, i) => tensorOf(reshape(result, shapes[i] as number[])))
}

/** The blocks of H rows, one for each gate, in another order. */
function reorderGates(weights: Value, order: readonly number[]): Value {
  const [rows = 0] = weights.shape
  const blocks = split(weights, new Array(order.length).fill(rows / order.length), 0)
  return concat(
    order.map((gate) => blocks[gate] as Value),
    0,
  )
}

function withDirection(value: Value): Value {
  return reshape(value, [1, ...value.shape])
}
