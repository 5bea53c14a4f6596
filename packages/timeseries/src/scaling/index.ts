export {
  fitTransform,
  type SeriesTransform,
  type TransformOptions,
  type TransformState,
  transformFrom,
} from './transform.js'
