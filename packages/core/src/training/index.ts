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
