export * from './forecasting/index.js'
export * from './series/index.js'
