export { chooseEngine, type EngineName, type EngineRequest, engineRequests } from './choose.js'
export {
  type Compiled,
  type CompileOptions,
  type CompileStats,
  compile,
  type Feed,
  type Fetched,
} from './compile.js'
export type { OnnxPort } from './export.js'
export { type KnownOptions, requireKnownOptions } from './known-options.js'
export type { Axes } from './lower.js'
export { type DType, NdArray } from './nd-array.js'
export { Parameter } from './parameter.js'
export { type Precision, precisions } from './passes/index.js'
export { Rng, type RngState } from './random.js'
export { findOnnxRuntime, useOnnxRuntime } from './runtime/onnx-runtime.js'
export { type ScanOptions, type ScanStepResult, scan } from './scan.js'
export { type EngineFinding, type EngineSurvey, surveyEngines } from './survey.js'
export { type FoundTfjsNode, loadTfjsNode, type MissingTfjsNode } from './tfjs-node/load-tfjs-node.js'
export type { TensorTree } from './tree.js'
