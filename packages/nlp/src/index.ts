/** @attentive/nlp: translation and other text tasks with LSTM and attention. */

export * from './data/index.js'
export * from './metrics/index.js'
export * from './text/index.js'
export * from './translation/index.js'
