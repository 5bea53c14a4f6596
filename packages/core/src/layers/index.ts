export { Attention, type AttentionInputs, type AttentionOptions } from './attention.js'
export {
  AttentionDecoder,
  type AttentionDecoderOptions,
  type DecoderInputs,
  type DecoderOutputs,
} from './attention-decoder.js'
export { Embedding, type EmbeddingOptions } from './embedding.js'
export { Gru, type GruOptions } from './gru.js'
export {
  type Initializer,
  normal,
  orthogonal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initializers.js'
export { Linear, type LinearOptions } from './linear.js'
export { Lstm, type LstmOptions } from './lstm.js'
export { Module, type StateDict } from './module.js'
export {
  type MultiHeadAttended,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
} from './multi-head-attention.js'
export type { TrainingOptions, ValidSteps } from './options.js'
export { fromPyTorchName, toPyTorchName } from './pytorch-names.js'
export type { RecurrentForwardOptions, RecurrentResult, RecurrentStackOptions } from './recurrent-stack.js'
