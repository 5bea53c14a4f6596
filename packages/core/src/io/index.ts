export { checkConfig } from './check-config.js'
export { type JsonLimits, parseCheckedJson } from './checked-json.js'
export { type ExportedOnnx, type ExportOnnxOptions, exportOnnx } from './export-onnx.js'
export { type Line, readLines } from './line-reader.js'
export { type ModelCard, modelCard } from './model-card.js'
export {
  isModelFolder,
  type LoadedModel,
  type LoadModelOptions,
  loadModelFolder,
  type ModelContents,
  type SaveModelOptions,
  saveModelFolder,
} from './model-folder.js'
export {
  decodeSafetensors,
  type EncodeOptions,
  encodeSafetensors,
  type FloatFormat,
  type Safetensors,
} from './safetensors.js'
export { writeFileAtomically } from './storage.js'
