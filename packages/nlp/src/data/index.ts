export { type Batch, createBatch, createSourceBatch, type EncodedPair, type SourceBatch } from './batch.js'
export { Batches, type BatchesOptions, type CorpusCounts } from './batches.js'
export type { Bucket } from './buckets.js'
export type { BadLine, ParallelExample } from './examples.js'
export {
  type ParallelFormat,
  ParallelText,
  type ParallelTextOptions,
  parallelText,
} from './parallel-text.js'
export type { Columns } from './tables.js'
