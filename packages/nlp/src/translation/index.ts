export type {
  ModelConfig,
  ParsedModelConfig,
  ParsedTrainingConfig,
  ParsedTranslationConfig,
  TrainingConfig,
  TranslationConfig,
} from './config.js'
export { parseTranslationConfig, translationConfigSchema } from './config.js'
export type { ParallelCorpus } from './corpus.js'
export type { Evaluation, EvaluationScores } from './evaluate.js'
export type { ExportedTranslator } from './export-graphs.js'
export { type LossOptions, type TranslationTensors, translationLoss } from './loss.js'
export { TranslationModel, type TranslationModelOptions } from './model.js'
export type { Preparation } from './preparation.js'
export type { TrainingRecord } from './resume.js'
export { type OwnWordOptions, withOwnWords } from './scheduled-sampling.js'
export { type SearchState, TranslationSearchModel } from './search-model.js'
export { type TrainedTranslator, type TrainTranslatorOptions, trainTranslator } from './train.js'
export type { EngineOptions, TranslateOptions } from './translate.js'
export type { Translation, TranslationAttention } from './translation.js'
export { Translator } from './translator.js'
