export { averageStates } from './average-states.js'
export { BestScore, type BestScoreState, type ScoreMode } from './best-score.js'
export { type Checkpoint, loadCheckpoint, type ModelDescription, saveCheckpoint } from './checkpoint.js'
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.js'
export { ExponentialAverage, type ExponentialAverageOptions } from './exponential-average.js'
export {
  type Clipping,
  clipByGlobalNorm,
  clipByValue,
  type Gradient,
  type Gradients,
  type LossResult,
  valueAndGradients,
} from './gradients.js'
export { abortOnInterrupt } from './interrupt.js'
export { Adam, type AdamOptions, AdamW } from './optimizers/adam.js'
export { createOptimizer, type OptimizerConfig, optimizerSchema } from './optimizers/create-optimizer.js'
export { type NonFinitePolicy, Optimizer, type OptimizerOptions } from './optimizers/optimizer.js'
export { Momentum, type MomentumOptions, Sgd, type SgdOptions } from './optimizers/sgd.js'
export type { OptimizerState } from './optimizers/state.js'
export { type ProgressDisplay, type ProgressDisplayOptions, progressDisplay } from './progress-display.js'
export { formatDuration, formatProgress, formatValidation } from './progress-text.js'
export { requireSameSettings } from './same-settings.js'
export { createSchedule, type ScheduleConfig, scheduleSchema } from './schedules/create-schedule.js'
export { type PlateauOptions, PlateauSchedule } from './schedules/plateau.js'
export type { Schedule } from './schedules/schedule.js'
export { listSnapshots } from './snapshots.js'
export type {
  CheckpointOptions,
  KeptSnapshot,
  StepReport,
  StopReason,
  TrainingProgress,
  TrainOptions,
  TrainResult,
  ValidationOptions,
} from './train-options.js'
export { train } from './trainer.js'
export { trainingFacts } from './training-facts.js'
export type { LogEntry } from './training-log.js'
