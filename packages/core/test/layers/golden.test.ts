import * as tf from '@tensorflow/tfjs-core'
import { describe, test } from 'vitest'
import {
  Attention,
  AttentionDecoder,
  type AttentionScoreName,
  crossEntropy,
  type DecoderStyle,
  Embedding,
  Gru,
  Linear,
  Lstm,
  type LstmState,
  Rng,
} from '../../src/index.js'
import { sequenceMask } from '../../src/ops/sequence-mask.js'
import { engines, expectGolden, type GoldenCase, golden, type Tensors } from './golden-case.js'

const rng = new Rng(1)
const sizeOf = (tensor: tf.Tensor | undefined, axis: number) => tensor?.shape.at(axis) as number

/** As tf.unstack, whose gradient fails when there is but one piece. */
const pieces = (x: tf.Tensor) =>
  Array.from({ length: sizeOf(x, 0) }, (_, i) => tf.gather(x, tf.scalar(i, 'int32')))

function runRecurrent(layer: Lstm | Gru) {
  return ({ x, lengths, h, c }: Tensors): Tensors => {
    const states = { lengths }
    if (layer instanceof Gru) {
      const { outputs, finalStates } = layer.forward(x as tf.Tensor, {
        ...states,
        initialStates: h && pieces(h),
      })
      return { outputs, h: tf.stack(finalStates) }
    }
    const cs = c && pieces(c)
    const initialStates = h && pieces(h).map((h, i): LstmState => ({ h, c: cs?.[i] as tf.Tensor }))
    const { outputs, finalStates } = layer.forward(x as tf.Tensor, { ...states, initialStates })
    return { outputs, h: tf.stack(finalStates.map(({ h }) => h)), c: tf.stack(finalStates.map(({ c }) => c)) }
  }
}

const title = ({ options }: GoldenCase) => Object.values(options).join(', ')
const titled = (cases: GoldenCase[]) => cases.map((item, i) => [`${i}: ${title(item)}`, item] as const)

describe.each(engines)("PyTorch's values and gradients, %s", (engine) => {
  test.each(titled(golden.recurrent))('recurrent %s', async (_, item) => {
    const Layer = item.options.kind === 'LSTM' ? Lstm : Gru
    const { numLayers, bidirectional } = item.options as { numLayers: number; bidirectional: boolean }
    const hiddenSize = sizeOf(item.weights.weight_hh_l0, 1)
    const layer = new Layer({
      inputSize: sizeOf(item.inputs.x, 2),
      hiddenSize,
      numLayers,
      bidirectional,
      rng,
    })
    await expectGolden(item, layer, runRecurrent(layer), engine)
  })

  test('GRU that resets before', async () => {
    const item = golden.gruResetBefore
    const gru = new Gru({ inputSize: 3, hiddenSize: 2, resetAfter: false, rng })
    const run = ({ x, h }: Tensors) => {
      const { outputs, finalStates } = gru.forward(x as tf.Tensor, { initialStates: [h as tf.Tensor] })
      return { outputs, h: finalStates[0] as tf.Tensor }
    }
    await expectGolden(item, gru, run, engine)
  })

  test.each(titled(golden.attention))('attention %s', async (_, item) => {
    const attention = new Attention({
      score: item.options.score as AttentionScoreName,
      querySize: sizeOf(item.inputs.queries, 2),
      memorySize: sizeOf(item.inputs.memory, 2),
      attentionSize: 3,
      rng,
    })
    const run = ({ queries, memory, lengths }: Tensors) => ({
      ...attention.forward({
        queries: queries as tf.Tensor,
        memory: memory as tf.Tensor,
        memoryMask: sequenceMask(lengths as tf.Tensor, sizeOf(memory, 1)),
      }),
    })
    await expectGolden(item, attention, run, engine)
  })

  test.each(titled(golden.decoder))('decoder %s', async (_, item) => {
    const decoder = new AttentionDecoder({
      inputSize: sizeOf(item.inputs.x, 2),
      hiddenSize: sizeOf(item.inputs.h, 1),
      memorySize: sizeOf(item.inputs.memory, 2),
      style: item.options.style as DecoderStyle,
      score: item.options.score as AttentionScoreName,
      attentionSize: 3,
      rng,
    })
    const run = ({ x, memory, lengths, h, c }: Tensors): Tensors => {
      const { finalState, ...outputs } = decoder.forward({
        inputs: x as tf.Tensor,
        memory: memory as tf.Tensor,
        memoryMask: sequenceMask(lengths as tf.Tensor, sizeOf(memory, 1)),
        initialState: { h, c } as LstmState,
        returnAttention: true,
      })
      return { ...(outputs as Tensors), c: finalState.c }
    }
    await expectGolden(item, decoder, run, engine)
  })

  test.each(titled(golden.crossEntropy))('cross-entropy %s', async (_, item) => {
    const run = ({ logits, targets, mask }: Tensors): Tensors => {
      const loss = (reduction: 'none' | 'sum' | 'mean') =>
        crossEntropy({
          logits: logits as tf.Tensor,
          targets: targets as tf.Tensor,
          weights: mask,
          labelSmoothing: item.options.labelSmoothing as number,
          reduction,
        })
      return { none: loss('none'), sum: loss('sum'), mean: loss('mean') }
    }
    await expectGolden(item, null, run, engine)
  })

  test('embedding and linear', async () => {
    const embedding = new Embedding({ vocabularySize: 6, embeddingSize: 3, paddingIndex: 0, rng })
    const look = ({ ids }: Tensors) => ({ outputs: embedding.forward(ids as tf.Tensor) })
    await expectGolden(golden.embedding, embedding, look, engine)
    const linear = new Linear({ inputSize: 3, outputSize: 2, rng })
    await expectGolden(
      golden.linear,
      linear,
      ({ x }) => ({ outputs: linear.forward(x as tf.Tensor) }),
      engine,
    )
  })
})
