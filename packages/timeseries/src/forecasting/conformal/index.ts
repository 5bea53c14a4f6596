export type { AdaptOptions } from './adaptive-level.js'
export { ConformalForecaster, type ConformalOptions } from './conformal-forecaster.js'
export { isCalibrated } from './folder.js'
