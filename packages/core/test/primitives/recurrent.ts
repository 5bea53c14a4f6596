/** LSTM and GRU: layers, sequences, and single steps. */
import * as tf from '@tensorflow/tfjs-core'
import {
  Gru,
  gruGates,
  gruSequence,
  gruStep,
  Lstm,
  type LstmState,
  linear,
  lstmGates,
  lstmSequence,
  lstmStep,
  Rng,
  type SequenceOptions,
  sequenceMask,
} from '../../src/index.js'
import { type GoldenCase, golden, type Tensors } from '../layers/golden-case.js'
import { type Primitive, sizeOf, Weights } from './primitive.js'

const ofKind = (kind: string) => golden.recurrent.filter(({ options }) => options.kind === kind)

/** What `lstmSequence` and `gruSequence` compute by themselves: one layer in one direction. */
const single = (cases: readonly GoldenCase[]) =>
  cases.filter(({ options }) => options.numLayers === 1 && !options.bidirectional)

const sizes = ({ options, inputs, weights }: Pick<GoldenCase, 'options' | 'inputs' | 'weights'>) => ({
  inputSize: sizeOf(inputs.x, 2),
  hiddenSize: sizeOf(weights.weight_hh_l0, 1),
  numLayers: options.numLayers as number,
  bidirectional: options.bidirectional as boolean,
  rng: new Rng(1),
})

/** As tf.unstack, whose gradient fails when there is but one piece. */
const pieces = (x: tf.Tensor) =>
  Array.from({ length: sizeOf(x, 0) }, (_, i) => tf.gather(x, tf.scalar(i, 'int32')))

const lstm: Primitive = {
  exports: ['Lstm'],
  golden: ofKind('LSTM'),
  prepare(item) {
    const module = new Lstm(sizes(item))
    const run = ({ x, lengths, h, c }: Tensors): Tensors => {
      const cs = c && pieces(c)
      const initialStates = h && pieces(h).map((h, i): LstmState => ({ h, c: cs?.[i] as tf.Tensor }))
      const { outputs, finalStates } = module.forward(x as tf.Tensor, { lengths, initialStates })
      const stacked = (name: keyof LstmState) => tf.stack(finalStates.map((state) => state[name]))
      return { outputs, h: stacked('h'), c: stacked('c') }
    }
    return { module, run }
  },
}

const gru: Primitive = {
  exports: ['Gru'],
  golden: [...ofKind('GRU'), ...golden.resetBefore],
  prepare(item) {
    const module = new Gru({ ...sizes(item), resetAfter: item.options.resetAfter as undefined })
    const run = ({ x, lengths, h }: Tensors): Tensors => {
      const initialStates = h && pieces(h)
      const { outputs, finalStates } = module.forward(x as tf.Tensor, { lengths, initialStates })
      return { outputs, h: tf.stack(finalStates) }
    }
    return { module, run }
  },
}

/** Options of a sequence from a case's inputs, without the state. */
function sequenceOptions({ x, lengths }: Tensors, weights: Weights): SequenceOptions<never> {
  return {
    inputs: x as tf.Tensor,
    mask: sequenceMask(lengths as tf.Tensor, sizeOf(x, 1)),
    weights: {
      weightIh: weights.read('weightIhL0'),
      weightHh: weights.read('weightHhL0'),
      biasIh: weights.read('biasIhL0'),
      biasHh: weights.read('biasHhL0'),
    },
  }
}

const first = (states: tf.Tensor) => tf.squeeze(tf.slice(states, 0, 1), [0])

const lstmSequences: Primitive = {
  exports: ['lstmSequence'],
  golden: single(ofKind('LSTM')),
  prepare(item) {
    const module = new Weights(item.weights)
    const run = (inputs: Tensors): Tensors => {
      const { h, c } = inputs
      const initialState = h && c && { h: first(h), c: first(c) }
      const { outputs, finalState } = lstmSequence({ ...sequenceOptions(inputs, module), initialState })
      return { outputs, h: tf.expandDims(finalState.h, 0), c: tf.expandDims(finalState.c, 0) }
    }
    return { module, run }
  },
}

const gruSequences: Primitive = {
  exports: ['gruSequence'],
  golden: [...single(ofKind('GRU')), ...single(golden.resetBefore)],
  prepare({ weights, options }) {
    const module = new Weights(weights)
    const run = (inputs: Tensors): Tensors => {
      const { outputs, finalState } = gruSequence({
        ...sequenceOptions(inputs, module),
        initialState: inputs.h && first(inputs.h),
        resetAfter: options.resetAfter as undefined,
      })
      return { outputs, h: tf.expandDims(finalState, 0) }
    }
    return { module, run }
  },
}

/** A function of inputs alone, which may all be tensors: every case has those that it needs. */
function step(
  exports: string[],
  item: GoldenCase,
  run: (inputs: Record<string, tf.Tensor>) => Tensors,
): Primitive {
  return { exports, golden: [item], prepare: () => ({ module: null, run }) }
}

type Given = { [name in 'x' | 'h' | 'c' | 'weight_ih' | 'weight_hh' | 'bias_ih' | 'bias_hh']: tf.Tensor }

const lstmSteps = step(['lstmStep'], golden.lstmCell, (inputs) => {
  const { x, h, c, weight_ih, weight_hh, bias_ih, bias_hh } = inputs as Given
  return lstmStep({ h, c }, linear(x, weight_ih, tf.add(bias_ih, bias_hh)), tf.transpose(weight_hh))
})

const gates = step(['lstmGates'], golden.lstmGates, ({ sums, c }) =>
  lstmGates(sums as tf.Tensor, c as tf.Tensor),
)

const gatesOfGru = step(['gruGates'], golden.gruGates, (inputs) => {
  const { h, projected, projectedState } = inputs as Record<'h' | 'projected' | 'projectedState', tf.Tensor>
  return { h: gruGates(h, projected, projectedState) }
})

const gruSteps = (item: GoldenCase, resetAfter: boolean) =>
  step(['gruStep'], item, (inputs) => {
    const { x, h, weight_ih, weight_hh, bias_ih, bias_hh } = inputs as Given
    const kernels = { recurrent: tf.transpose(weight_hh), bias: bias_hh }
    return { h: gruStep(h, linear(x, weight_ih, bias_ih), kernels, resetAfter) }
  })

export const recurrent: Record<string, Primitive> = {
  LSTM: lstm,
  GRU: gru,
  'LSTM sequence': lstmSequences,
  'GRU sequence': gruSequences,
  'LSTM step': lstmSteps,
  'LSTM gates': gates,
  'GRU gates': gatesOfGru,
  'GRU step, reset after': gruSteps(golden.gruCell, true),
  'GRU step, reset before': gruSteps(golden.gruCellResetBefore, false),
}
