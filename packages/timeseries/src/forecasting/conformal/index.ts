export type { AdaptOptions } from './adaptive-level.js'
export { ConformalForecaster, type ConformalOptions } from './conformal-forecaster.js'
