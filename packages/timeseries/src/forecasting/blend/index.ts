export { BlendedForecaster, type BlendOptions } from './blended-forecaster.js'
