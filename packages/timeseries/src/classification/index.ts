export { type ClassifierConfig, type ParsedClassifierConfig, parseClassifierConfig } from './config.js'
export { type LabelledSeries, labelledBy, type SplitLabelledOptions, splitLabelled } from './labelled.js'
export { type ClassifierName, classifierNames } from './networks/index.js'
export { type LabelledRowsOptions, readLabelledRows } from './read-labelled-rows.js'
export {
  type ClassificationScores,
  type ClassScores,
  type ConfusionMatrix,
  classificationScores,
} from './scores.js'
export { type Classification, type FitClassifierOptions, SeriesClassifier } from './series-classifier.js'
