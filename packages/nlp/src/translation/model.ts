/**
 * The translation network: bidirectional LSTM encoder, LSTM decoder with attention (Bahdanau, Cho & Bengio 2015;
 * Luong, Pham & Manning 2015), and a readout of state, context and last word:
 *
 *     memory   = BiLSTM(E_src[source])                                 [B, S, M]
 *     h_0      = tanh(W_init · mean_s memory)                          [B, H]
 *     h, ctx   = AttentionDecoder(E_tgt[y_{t−1}], memory)              [B, T, H], [B, T, M]
 *     r_t      = tanh(W_r · [h_t; ctx_t; E_tgt[y_{t−1}]])              [B, T, E]
 *     p(y_t)   = softmax(W_out · r_t + b)                              [B, T, V]
 *
 * M, the size of the memory's vectors, is 2H, and H where the attention score wants it to be that of the states.
 */
import {
  AttentionDecoder,
  dropout,
  Embedding,
  Linear,
  Lstm,
  type LstmState,
  Module,
  normal,
  Parameter,
  type Rng,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { padId } from '../text/index.js'
import { equalSizeScores, type ParsedModelConfig } from './config.js'
import { type ReadoutInputs, readOut, type WordWeights, wordVectors } from './prediction.js'

export interface TranslationModelOptions extends ParsedModelConfig {
  sourceVocabularySize: number
  targetVocabularySize: number
  /** For the initial weights. */
  rng: Rng
}

/** What the encoder makes of a batch of sentences. */
export type EncodedSource = {
  /** `[B, S, M]` */
  memory: tf.Tensor
  /** `[B, S]`, 1 = valid. */
  mask: tf.Tensor
  initialState: LstmState
}

export interface DropoutSwitch {
  /** Dropout is active, and drawn from here. Absent: no dropout. */
  rng?: Rng
}

/** H of each direction of the encoder: half of the decoder's for scores that multiply states and memory directly. */
export function encoderDirectionSize({ attention, hiddenSize }: ParsedModelConfig): number {
  return equalSizeScores.has(attention) ? hiddenSize / 2 : hiddenSize
}

export class TranslationModel extends Module {
  readonly sourceEmbedding: Embedding
  readonly targetEmbedding: Embedding
  readonly encoder: Lstm
  readonly initial: Linear
  readonly decoder: AttentionDecoder
  readonly readout: Linear
  /** `[V, E]`; the target embedding itself when tied. */
  readonly outputWeight: Parameter
  /** `[V]` */
  readonly outputBias: Parameter
  private readonly rates: ParsedModelConfig['dropout']

  constructor(options: TranslationModelOptions) {
    super()
    const { embeddingSize, hiddenSize, encoderLayers, tiedEmbeddings, targetVocabularySize, rng } = options
    const directionSize = encoderDirectionSize(options)
    const memorySize = 2 * directionSize
    const embedding = (vocabularySize: number) =>
      new Embedding({
        vocabularySize,
        embeddingSize,
        paddingIndex: padId,
        initializer: normal(embeddingSize ** -0.5),
        rng,
      })
    // What is tied has its first name: see `namedParameters`.
    this.sourceEmbedding = embedding(options.sourceVocabularySize)
    this.targetEmbedding = tiedEmbeddings === 'all' ? this.sourceEmbedding : embedding(targetVocabularySize)
    this.encoder = new Lstm({
      inputSize: embeddingSize,
      hiddenSize: directionSize,
      numLayers: encoderLayers,
      bidirectional: true,
      dropout: encoderLayers > 1 ? options.dropout.encoder : 0,
      forgetBias: 1,
      rng,
    })
    this.initial = new Linear({ inputSize: memorySize, outputSize: hiddenSize, rng })
    this.decoder = new AttentionDecoder({
      inputSize: embeddingSize,
      hiddenSize,
      memorySize,
      style: options.decoder,
      score: options.attention,
      rng,
    })
    this.readout = new Linear({
      inputSize: hiddenSize + memorySize + embeddingSize,
      outputSize: embeddingSize,
      rng,
    })
    this.outputWeight =
      tiedEmbeddings === 'none' ? embedding(targetVocabularySize).weight : this.targetEmbedding.weight
    this.outputBias = new Parameter([targetVocabularySize])
    this.rates = options.dropout
  }

  /** @param source `[B, S]` int32; @param mask `[B, S]`, 1 = valid. */
  encode(source: tf.Tensor, mask: tf.Tensor, { rng }: DropoutSwitch = {}): EncodedSource {
    const embedded = this.drop(this.sourceEmbedding.forward(source), this.rates.embedding, rng) // [B, S, E]
    const { outputs } = this.encoder.forward(embedded, rng ? { mask, training: true, rng } : { mask })
    const memory = this.drop(outputs, this.rates.encoder, rng) // [B, S, M]
    const lengths = tf.sum(mask, 1, true)
    const mean = tf.div(tf.sum(memory, 1), tf.maximum(lengths, 1)) // [B, M]; padded states are zero
    const h = tf.tanh(this.initial.forward(mean))
    return { memory, mask, initialState: { h, c: tf.zerosLike(h) } }
  }

  /** The weights that `prediction.ts` computes with; together with the decoder's constants, what its steps share. */
  wordWeights(): WordWeights {
    return {
      vectors: this.targetEmbedding.weight.read(),
      readout: this.readout.weight.read(),
      readoutBias: (this.readout.bias as Parameter).read(),
      output: this.outputWeight.read(),
      outputBias: this.outputBias.read(),
    }
  }

  /** Vectors of target words, `[…]` int32 → `[…, E]`. */
  embedTarget(ids: tf.Tensor, { rng }: DropoutSwitch = {}): tf.Tensor {
    return this.drop(wordVectors(ids, this.wordWeights()), this.rates.embedding, rng)
  }

  /** r_t of all steps: `[…, E]`. */
  read(inputs: ReadoutInputs, { rng }: DropoutSwitch = {}): tf.Tensor {
    return this.drop(readOut(inputs, this.wordWeights()), this.rates.output, rng)
  }

  private drop(x: tf.Tensor, rate: number, rng: Rng | undefined): tf.Tensor {
    return rng ? dropout(x, { rate, rng }) : x
  }
}
