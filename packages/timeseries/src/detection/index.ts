export { AnomalyDetector, type FitDetectorOptions } from './anomaly-detector.js'
export { type DetectorConfig, type ParsedDetectorConfig, parseDetectorConfig } from './config.js'
export {
  type AnomalyEvent,
  Detection,
  type DetectionEvaluation,
  marksOfSpans,
} from './detection.js'
