export { Bleu, type BleuOptions, type BleuScore, type BleuSmoothing } from './bleu.js'
export { type BleuTokenizerName, bleuTokenizerNames } from './bleu-tokenizers.js'
export { Chrf, type ChrfOptions, type ChrfScore } from './chrf.js'
export { ExactMatch, type ExactMatchOptions } from './exact-match.js'
export { formatScore, Metric, type MetricScore, type SignedScore, type Statistics } from './metric.js'
export { MultiBleu, type MultiBleuOptions } from './multi-bleu.js'
export {
  type BootstrappedScore,
  type PairedBootstrapOptions,
  type PairedBootstrapResult,
  type PairedOutputs,
  pairedBootstrap,
} from './paired-bootstrap.js'
export { Perplexity, perplexity } from './perplexity.js'
export {
  createMetric,
  type MetricName,
  type MetricOptions,
  type MetricRow,
  metricNames,
  metricRegistry,
  type TextMetricName,
  textMetricNames,
} from './registry.js'
export type { NumReferences, SignatureFields } from './signature.js'
export { Ter, type TerOptions, type TerScore } from './ter.js'
export { CorpusAccumulator, type References, TextMetric } from './text-metric.js'
export { TokenAccuracy, type TokenAccuracyOptions } from './token-accuracy.js'
