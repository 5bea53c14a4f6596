/** Helpers for testing layers, models and whatever else is built on the toolkit. */
export { expectClose, type Numbers, type Tolerance } from './close-to.js'
export { type GoldenTensor, loadGolden } from './golden.js'
export { checkGradients, checkModuleGradients, type GradientCheckOptions } from './gradient-check.js'
export { type KilledRun, type KillsOptions, killAtRandomMoments } from './kills.js'
export { mutatedBytes, mutatedTree, mutatedWeights } from './mutations.js'
export { expectNoLeak } from './no-leak.js'
