/** Attention with every score, and both decoders with each of them. */
import type * as tf from '@tensorflow/tfjs-core'
import {
  Attention,
  AttentionDecoder,
  type AttentionScoreName,
  type DecoderStyle,
  type LstmState,
  MultiHeadAttention,
  maskedSoftmax,
  Rng,
  sequenceMask,
} from '../../src/index.js'
import { golden, type Tensors } from '../layers/golden-case.js'
import { type Primitive, sizeOf } from './primitive.js'

const maskOf = ({ memory, lengths }: Tensors) => sequenceMask(lengths as tf.Tensor, sizeOf(memory, 1))

const attention: Primitive = {
  exports: ['Attention', 'attend', 'attentionScores'],
  golden: golden.attention,
  prepare({ options, inputs }) {
    const module = new Attention({
      score: options.score as AttentionScoreName,
      querySize: sizeOf(inputs.queries, 2),
      memorySize: sizeOf(inputs.memory, 2),
      attentionSize: 3,
      rng: new Rng(1),
    })
    const run = (inputs: Tensors) => {
      const { queries, memory } = inputs as Record<'queries' | 'memory', tf.Tensor>
      return { ...module.forward({ queries, memory, memoryMask: maskOf(inputs) }) }
    }
    return { module, run }
  },
}

const multiHead: Primitive = {
  exports: ['MultiHeadAttention'],
  golden: golden.multiHeadAttention,
  prepare({ options, inputs }) {
    const module = new MultiHeadAttention({
      querySize: sizeOf(inputs.queries, 2),
      memorySize: sizeOf(inputs.memory, 2),
      numHeads: options.numHeads as number,
      rng: new Rng(1),
    })
    const run = (inputs: Tensors) => {
      const { queries, memory } = inputs as Record<'queries' | 'memory', tf.Tensor>
      return { ...module.forward({ queries, memory, memoryMask: maskOf(inputs) }) }
    }
    return { module, run }
  },
}

const decoder: Primitive = {
  exports: ['AttentionDecoder', 'decoderSteps', 'attendFromRows'],
  golden: golden.decoder,
  prepare({ options, inputs }) {
    const module = new AttentionDecoder({
      inputSize: sizeOf(inputs.x, 2),
      hiddenSize: sizeOf(inputs.h, 1),
      memorySize: sizeOf(inputs.memory, 2),
      style: options.style as DecoderStyle,
      score: options.score as AttentionScoreName,
      attentionSize: 3,
      rng: new Rng(1),
    })
    const run = (inputs: Tensors): Tensors => {
      const { x, memory, h, c } = inputs as Record<'x' | 'memory', tf.Tensor> & LstmState
      const { finalState, ...outputs } = module.forward({
        inputs: x,
        memory,
        memoryMask: maskOf(inputs),
        initialState: { h, c },
        returnAttention: true,
      })
      const { attentional, attention, ...others } = outputs
      return {
        ...others,
        attention: attention as tf.Tensor,
        ...(attentional ? { attentional } : {}),
        c: finalState.c,
      }
    }
    return { module, run }
  },
}

const softmax: Primitive = {
  exports: ['maskedSoftmax'],
  golden: [golden.maskedSoftmax],
  prepare: () => ({
    module: null,
    run: ({ scores, mask }) => ({ outputs: maskedSoftmax(scores as tf.Tensor, mask) }),
  }),
}

export const attending: Record<string, Primitive> = {
  attention,
  'multi-head attention': multiHead,
  decoder,
  'masked softmax': softmax,
}
