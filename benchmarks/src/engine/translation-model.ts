/**
 * The sequence-to-sequence model of peers/translation_model.py, layer by layer: bidirectional LSTM encoder, additive
 * attention, LSTM decoder (Bahdanau et al. 2015), a readout of state and context.
 */
import { AttentionDecoder, crossEntropy, Embedding, Linear, Lstm, Module, type Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'

export interface TranslationSizes {
  vocabularySize: number
  embeddingSize: number
  hiddenSize: number
}

/** `[B, S]`, `[B, T]`; words int32, masks 1 = valid. */
export type TranslationBatch = {
  source: tf.Tensor
  sourceMask: tf.Tensor
  inputs: tf.Tensor
  targets: tf.Tensor
  targetMask: tf.Tensor
}

export class TranslationModel extends Module {
  readonly sourceEmbedding: Embedding
  readonly targetEmbedding: Embedding
  readonly encoder: Lstm
  readonly bridge: Linear
  readonly decoder: AttentionDecoder
  readonly readout: Linear
  readonly output: Linear

  constructor({ vocabularySize, embeddingSize, hiddenSize }: TranslationSizes, rng: Rng) {
    super()
    const memorySize = 2 * hiddenSize
    this.sourceEmbedding = new Embedding({ vocabularySize, embeddingSize, rng })
    this.targetEmbedding = new Embedding({ vocabularySize, embeddingSize, rng })
    this.encoder = new Lstm({ inputSize: embeddingSize, hiddenSize, bidirectional: true, rng })
    this.bridge = new Linear({ inputSize: memorySize, outputSize: hiddenSize, rng })
    this.decoder = new AttentionDecoder({ inputSize: embeddingSize, hiddenSize, memorySize, rng })
    this.readout = new Linear({ inputSize: hiddenSize + memorySize, outputSize: hiddenSize, rng })
    this.output = new Linear({ inputSize: hiddenSize, outputSize: vocabularySize, rng })
  }

  /** Mean cross-entropy per word. */
  loss({ source, sourceMask, inputs, targets, targetMask }: TranslationBatch): tf.Tensor {
    const { outputs: memory } = this.encoder.forward(this.sourceEmbedding.forward(source)) // [B, S, 2H]
    const h = tf.tanh(this.bridge.forward(tf.mean(memory, 1))) // [B, H]
    const { hidden, context } = this.decoder.forward({
      inputs: this.targetEmbedding.forward(inputs),
      memory,
      memoryMask: sourceMask,
      initialState: { h, c: tf.zerosLike(h) },
    })
    const read = tf.tanh(this.readout.forward(tf.concat([hidden, context], 2))) // [B, T, H]
    return crossEntropy({ logits: this.output.forward(read), targets, weights: targetMask })
  }
}
