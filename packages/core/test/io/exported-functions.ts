/** Functions to export, with arguments of several sizes: what the tests of `exportOnnx` run in more than one runtime. */
import * as tf from '@tensorflow/tfjs-core'
import {
  Attention,
  AttentionDecoder,
  type Axes,
  crossEntropy,
  Embedding,
  Gru,
  Lstm,
  NdArray,
  Parameter,
  Rng,
  sequenceMask,
} from '../../src/index.js'

export interface ExportedFunction {
  fn: (args: never) => unknown
  axes: Axes
  /** Arguments for a batch of B sequences of length T. */
  args(B: number, T: number): Record<string, NdArray>
}

const rng = new Rng(11)
const [D, H, V] = [3, 4, 9]

const floats = (...shape: number[]) =>
  new NdArray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.nextNormal()),
    shape,
  )
const words = (...shape: number[]) =>
  new NdArray(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.nextInt(V)),
    shape,
  )
const lengths = (B: number, T: number) =>
  new NdArray(
    Int32Array.from({ length: B }, (_, b) => T - (b % T)),
    [B],
  )

const lstm = new Lstm({ inputSize: D, hiddenSize: H, numLayers: 2, bidirectional: true, rng })
const gru = new Gru({ inputSize: D, hiddenSize: H, rng })
const decoder = new AttentionDecoder({ inputSize: D, hiddenSize: H, memorySize: D, style: 'luong', rng })
const attention = new Attention({ score: 'general', querySize: D, memorySize: D, rng })
const embedding = new Embedding({ vocabularySize: V, embeddingSize: D, rng })
const filter = new Parameter([3, 3, 1, 2], floats(3, 3, 1, 2).data as Float32Array)

const sequence = ['B', 'T', null] as const

export const exportedFunctions: Record<string, ExportedFunction> = {
  'a bidirectional LSTM of two layers, over sequences of different lengths': {
    fn: ({ x, lengths }: Record<'x' | 'lengths', tf.Tensor>) => lstm.forward(x, { lengths }),
    axes: { x: sequence, lengths: ['B'] },
    args: (B, T) => ({ x: floats(B, T, D), lengths: lengths(B, T) }),
  },
  'a GRU that hands its state on': {
    fn: ({ x, h }: Record<'x' | 'h', tf.Tensor>) => {
      const { outputs, finalStates } = gru.forward(x, { initialStates: [h] })
      return { outputs, h: finalStates[0] }
    },
    axes: { x: sequence, h: ['B', null] },
    args: (B, T) => ({ x: floats(B, T, D), h: floats(B, H) }),
  },
  'attention with a mask': {
    fn: ({ memory, lengths }: Record<'memory' | 'lengths', tf.Tensor>) =>
      attention.forward({
        queries: memory,
        memory,
        memoryMask: sequenceMask(lengths, memory.shape[1] as number),
      }),
    axes: { memory: sequence, lengths: ['B'] },
    args: (B, T) => ({ memory: floats(B, T, D), lengths: lengths(B, T) }),
  },
  'a decoder with attention, from words to a loss': {
    fn: ({ tokens, memory }: Record<'tokens' | 'memory', tf.Tensor>) => {
      const { hidden, context } = decoder.forward({ inputs: embedding.forward(tokens), memory })
      const [B, T] = tokens.shape as [number, number]
      const logits = tf.matMul(tf.reshape(context, [B * T, D]), embedding.weight.read(), false, true)
      return { hidden, loss: crossEntropy({ logits, targets: tf.reshape(tokens, [B * T]) }) }
    },
    axes: { tokens: ['B', 'T'], memory: ['B', 'S', null] },
    args: (B, T) => ({ tokens: words(B, T), memory: floats(B, T + 2, D) }),
  },
  'a convolution over pictures': {
    fn: ({ images }: { images: tf.Tensor4D }) =>
      tf.maxPool(tf.relu(tf.conv2d(images, filter.read() as tf.Tensor4D, 1, 'same')), 2, 2, 'valid'),
    axes: { images: ['B', null, null, null] },
    args: (B) => ({ images: floats(B, 6, 6, 1) }),
  },
}

/** B and T of the runs; the model is traced with the first. */
export const runSizes = [
  [2, 3],
  [1, 6],
  [5, 1],
] as const
