/** @attentive/core: LSTM, attention, training and decoding on a compiled engine. */

export * from './decoding/index.js'
export * from './drawing/index.js'
export * from './engine/index.js'
export * from './errors.js'
export * from './io/index.js'
export * from './layers/index.js'
export * from './ops/index.js'
export * from './search/index.js'
export * from './training/index.js'
