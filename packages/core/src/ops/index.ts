export {
  type Attended,
  type AttendOptions,
  type AttentionMemory,
  attend,
  attendFromRows,
} from './attention.js'
export {
  type DecoderConstants,
  type DecoderKernels,
  type DecoderState,
  type DecoderStep,
  type DecoderStyle,
  decoderSteps,
} from './attention-decoder.js'
export {
  type AttentionScore,
  type AttentionScoreName,
  attentionScores,
  type NamedTensors,
  type ScoreSizes,
} from './attention-scores.js'
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.js'
export { type DropoutOptions, dropout } from './dropout.js'
export { embedding } from './embedding.js'
export { type GruKernels, type GruSequenceOptions, gruGates, gruSequence, gruStep } from './gru.js'
export { linear } from './linear.js'
export { type LstmState, lstmGates, lstmSequence, lstmStep } from './lstm.js'
export { maskedSoftmax } from './masked-softmax.js'
export { positions } from './positions.js'
export type { RecurrentWeights, Sequence, SequenceOptions } from './recurrent.js'
export { sequenceMask } from './sequence-mask.js'
export { type Dimension, type ExpectedShapes, requireShapes } from './shapes.js'
