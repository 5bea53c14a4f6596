export { averageStates } from './average-states.js'
export { BestScore, type BestScoreState, type ScoreMode } from './best-score.js'
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
export { Adam, type AdamOptions, AdamW } from './optimizers/adam.js'
export { createOptimizer, type OptimizerConfig, optimizerSchema } from './optimizers/create-optimizer.js'
export { type NonFinitePolicy, Optimizer, type OptimizerOptions } from './optimizers/optimizer.js'
export { Momentum, type MomentumOptions, Sgd, type SgdOptions } from './optimizers/sgd.js'
export type { OptimizerState } from './optimizers/state.js'
export { createSchedule, type ScheduleConfig, scheduleSchema } from './schedules/create-schedule.js'
export { type PlateauOptions, PlateauSchedule } from './schedules/plateau.js'
export type { Schedule } from './schedules/schedule.js'
