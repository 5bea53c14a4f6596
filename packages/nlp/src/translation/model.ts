/**
 * The translation network: bidirectional LSTM encoder, LSTM decoder with attention (Bahdanau, Cho & Bengio 2015;
 * Luong, Pham & Manning 2015), and a readout of state, context and last word:
 *
 *     memory   = BiLSTM(E_src[source])                                 [B, S, 2H]
 *     h_0      = tanh(W_init · mean_s memory)                          [B, H]
 *     h, ctx   = AttentionDecoder(E_tgt[y_{t−1}], memory)              [B, T, H], [B, T, 2H]
 *     r_t      = tanh(W_r · [h_t; ctx_t; E_tgt[y_{t−1}]])              [B, T, E]
 *     p(y_t)   = softmax(W_out · r_t + b)                              [B, T, V]
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
import type { ParsedModelConfig } from './config.js'

export interface TranslationModelOptions extends ParsedModelConfig {
  sourceVocabularySize: number
  targetVocabularySize: number
  /** For the initial weights. */
  rng: Rng
}

/** What the encoder makes of a batch of sentences. */
export type EncodedSource = {
  /** `[B, S, 2H]` */
  memory: tf.Tensor
  /** `[B, S]`, 1 = valid. */
  mask: tf.Tensor
  initialState: LstmState
}

export interface DropoutSwitch {
  /** Dropout is active, and drawn from here. Absent: no dropout. */
  rng?: Rng
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
    const memorySize = 2 * hiddenSize
    const embedding = (vocabularySize: number) =>
      new Embedding({
        vocabularySize,
        embeddingSize,
        paddingIndex: padId,
        initializer: normal(embeddingSize ** -0.5),
        rng,
      })
    this.targetEmbedding = embedding(targetVocabularySize)
    this.sourceEmbedding =
      tiedEmbeddings === 'all' ? this.targetEmbedding : embedding(options.sourceVocabularySize)
    this.encoder = new Lstm({
      inputSize: embeddingSize,
      hiddenSize,
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
    const memory = this.drop(outputs, this.rates.encoder, rng) // [B, S, 2H]
    const lengths = tf.sum(mask, 1, true)
    const mean = tf.div(tf.sum(memory, 1), tf.maximum(lengths, 1)) // [B, 2H]; padded states are zero
    const h = tf.tanh(this.initial.forward(mean))
    return { memory, mask, initialState: { h, c: tf.zerosLike(h) } }
  }

  /** Vectors of target words, `[…]` int32 → `[…, E]`. */
  embedTarget(ids: tf.Tensor, { rng }: DropoutSwitch = {}): tf.Tensor {
    return this.drop(this.targetEmbedding.forward(ids), this.rates.embedding, rng)
  }

  /** r_t from the decoder's state, the context and the last word's vector: `[…, H]`, `[…, 2H]`, `[…, E]` → `[…, E]`. */
  read(hidden: tf.Tensor, context: tf.Tensor, word: tf.Tensor, { rng }: DropoutSwitch = {}): tf.Tensor {
    const read = tf.tanh(this.readout.forward(tf.concat([hidden, context, word], -1)))
    return this.drop(read, this.rates.output, rng)
  }

  /** Unnormalised log-probabilities: `[…, E]` → `[…, V]`. */
  logits(read: tf.Tensor): tf.Tensor {
    const [V, E] = this.outputWeight.shape as [number, number]
    const rows = tf.reshape(read, [-1, E])
    const scores = tf.add(
      tf.matMul(rows as tf.Tensor2D, this.outputWeight.read() as tf.Tensor2D, false, true),
      this.outputBias.read(),
    )
    return tf.reshape(scores, [...read.shape.slice(0, -1), V])
  }

  private drop(x: tf.Tensor, rate: number, rng: Rng | undefined): tf.Tensor {
    return rng ? dropout(x, { rate, rng }) : x
  }
}
