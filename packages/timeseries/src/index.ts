export { type BaselineName, baselineNames } from './baselines/index.js'
export * from './forecasting/index.js'
export * from './metrics/index.js'
export * from './series/index.js'
