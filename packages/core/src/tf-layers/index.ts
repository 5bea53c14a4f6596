/**
 * Thin layers for `tf.sequential`, `tf.model` and `model.fit`, over the same pure functions as the toolkit's own.
 * Importing this registers them, under the prefix `Attentive>`, for `tf.loadLayersModel`.
 */
export { AttentiveAttention, type AttentiveAttentionArgs } from './attention.js'
export { AttentivePooling, type AttentivePoolingArgs } from './attention-pooling.js'
export { AttentiveGRU, type AttentiveGRUArgs } from './gru.js'
export { AttentiveLSTM } from './lstm.js'
export type { RecurrentLayerArgs } from './recurrent-layer.js'
