export {
  type SearchOptions,
  type SearchResult,
  search,
  type Trial,
  type TrialContext,
  type TryOut,
} from './search.js'
export {
  choice,
  integerBetween,
  logUniformBetween,
  type SearchDimension,
  type Settings,
  type Space,
  uniformBetween,
} from './space.js'
export {
  serveTrials,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkerTryOut,
  workerPool,
} from './worker-pool.js'
