/** All layers in one model: compiled and eager agree, with dropout, and one graph serves all sizes. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import {
  AttentionDecoder,
  type CompileOptions,
  compile,
  crossEntropy,
  dropout,
  Embedding,
  Gru,
  Linear,
  Lstm,
  Module,
  NdArray,
  Rng,
  scan,
  sequenceMask,
  valueAndGradients,
} from '../../src/index.js'
import { expectClose } from '../../src/testing/index.js'
import { engines } from './golden-case.js'

const [V, E, H] = [11, 4, 3]

type Batch = { source: tf.Tensor; lengths: tf.Tensor; inputs: tf.Tensor; targets: tf.Tensor }

class TinyTranslator extends Module {
  private readonly source: Embedding
  private readonly target: Embedding
  private readonly encoder: Lstm
  private readonly mixer: Gru
  private readonly decoder: AttentionDecoder
  private readonly output: Linear

  constructor(style: 'bahdanau' | 'luong') {
    super()
    const rng = new Rng(1)
    const table = { vocabularySize: V, embeddingSize: E, paddingIndex: 0, rng }
    this.source = new Embedding(table)
    this.target = new Embedding(table)
    const layers = { numLayers: 2, dropout: 0.3, bidirectional: true, variationalDropout: true }
    this.encoder = new Lstm({ inputSize: E, hiddenSize: H, ...layers, rng })
    this.mixer = new Gru({ inputSize: 2 * H, hiddenSize: H, rng })
    this.decoder = new AttentionDecoder({ inputSize: E, hiddenSize: H, memorySize: H, style, rng })
    this.output = new Linear({ inputSize: 2 * H, outputSize: V, rng })
  }

  loss({ source, lengths, inputs, targets }: Batch, rng: Rng): tf.Tensor {
    const mask = sequenceMask(lengths, source.shape[1] as number)
    const words = this.source.forward(source)
    const { outputs } = this.encoder.forward(words, { mask, training: true, rng })
    const { outputs: memory, finalStates } = this.mixer.forward(outputs, { lengths })
    const h = finalStates[0] as tf.Tensor
    const steps = this.decoder.forward({
      inputs: this.target.forward(inputs),
      memory,
      memoryMask: mask,
      initialState: { h, c: tf.zerosLike(h) },
    })
    const features = tf.concat([steps.attentional ?? steps.hidden, steps.context], 2)
    const logits = this.output.forward(dropout(features, { rate: 0.2, rng }))
    return crossEntropy({ logits, targets, weights: tf.notEqual(targets, 0), labelSmoothing: 0.1 })
  }
}

function batch(B: number, S: number, T: number) {
  const rng = new Rng(B * 100 + S * 10 + T)
  const ids = (length: number, limit: number) =>
    new NdArray(
      Int32Array.from({ length: B * length }, () => rng.nextInt(limit)),
      [B, length],
    )
  const lengths = new NdArray(
    Int32Array.from({ length: B }, () => 1 + rng.nextInt(S)),
    [B],
  )
  return { source: ids(S, V), lengths, inputs: ids(T, V), targets: ids(T, V) }
}

function makeStep(style: 'bahdanau' | 'luong', options: CompileOptions) {
  const model = new TinyTranslator(style)
  const rng = new Rng(7)
  return compile((args: Batch) => {
    const { loss, gradients } = valueAndGradients(model, () => model.loss(args, rng))
    return { loss, gradients: gradients.entries.map(({ tensor }) => tensor) }
  }, options)
}

describe.skipIf(engines.length < 2).each(['bahdanau', 'luong'] as const)('a %s model', (style) => {
  const axes = { source: ['B', 'S'], lengths: ['B'], inputs: ['B', 'T'], targets: ['B', 'T'] }

  test.each([
    ['compiled for each shape', {}, 3],
    ['compiled once for open sizes', { axes }, 1],
  ])(
    '%s gives the losses and gradients of the eager one, dropout included',
    async (_, options, compilations) => {
      const eager = makeStep(style, { engine: 'eager' })
      const compiled = makeStep(style, { engine: 'onnxruntime', ...options })
      const losses: number[] = []
      for (const [B, S, T] of [
        [2, 3, 4],
        [2, 3, 4],
        [3, 1, 2],
        [1, 5, 1],
      ] as const) {
        const [expected, found] = [await eager(batch(B, S, T)), await compiled(batch(B, S, T))]
        expectClose(found.loss, expected.loss, { name: 'loss' })
        found.gradients.forEach((gradient, i) => {
          expectClose(gradient, expected.gradients[i] as NdArray, { name: `gradient ${i}` })
        })
        losses.push(found.loss.item())
      }
      expect(losses[0]).not.toBeCloseTo(losses[1] as number, 3)
      expect(compiled.stats).toMatchObject({ engine: 'onnxruntime', compilations })
      await compiled.dispose()
    },
  )
})

test.each(engines)(
  "the decoder's step in a scan of one's own is its forward pass, gradients included, %s",
  async (engine) => {
    const decoder = new AttentionDecoder({
      inputSize: E,
      hiddenSize: H,
      memorySize: H,
      style: 'luong',
      rng: new Rng(1),
    })
    type Given = { inputs: tf.Tensor; memory: tf.Tensor; mask: tf.Tensor }
    const byForward = ({ inputs, memory, mask }: Given) =>
      decoder.forward({ inputs, memory, memoryMask: mask }).attentional as tf.Tensor
    const byScan = ({ inputs, memory, mask }: Given) => {
      const zeros = tf.zeros([inputs.shape[0] as number, H])
      const { outputs } = scan(
        (state, input, constants) => {
          const next = decoder.step(state, input, constants)
          return { carry: next.state, output: next.state.attentional as tf.Tensor }
        },
        decoder.startState({ h: zeros, c: zeros }),
        tf.transpose(inputs, [1, 0, 2]),
        decoder.constants(decoder.prepare(memory, mask)),
      )
      return tf.transpose(outputs, [1, 0, 2])
    }
    const run = (forward: (given: Given) => tf.Tensor) =>
      compile(
        (given: Given) => {
          const { loss, gradients } = valueAndGradients(decoder, () => tf.sum(tf.square(forward(given))))
          return [loss, ...gradients.entries.map(({ tensor }) => tensor)]
        },
        { engine },
      )
    const rng = new Rng(2)
    const mask = new NdArray(Float32Array.of(1, 1, 1, 1, 0, 0), [2, 3])
    const given = { inputs: rng.normal([2, 4, E]), memory: rng.normal([2, 3, H]), mask }
    const [expected, found] = [await run(byForward)(given), await run(byScan)(given)]
    expect(found).toHaveLength(expected.length)
    for (const [i, array] of found.entries()) expectClose(array, expected[i] as NdArray)
  },
)
