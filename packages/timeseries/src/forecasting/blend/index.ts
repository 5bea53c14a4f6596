export { BlendedForecaster, type BlendOptions } from './blended-forecaster.js'
export { isBlend } from './folder.js'
