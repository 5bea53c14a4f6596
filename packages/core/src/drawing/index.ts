export { type AttentionMapOptions, attentionMap, maxAttentionCells } from './attention-map.js'
export { type Curve, type CurvePanel, type CurvesOptions, curves } from './curves.js'
export type { Drawing, PngOptions } from './drawing.js'
