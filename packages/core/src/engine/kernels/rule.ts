/** One row of the kernel table: how a TensorFlow.js kernel is written as ONNX nodes. */
import type { Value } from '../trace/ir.js'

/** Every input name that TensorFlow.js kernels use here; a rule takes those of its kernel. */
type InputName =
  | 'a'
  | 'b'
  | 'x'
  | 'y'
  | 'dy'
  | 'input'
  | 'logits'
  | 'alpha'
  | 'condition'
  | 't'
  | 'e'
  | 'indices'
  | 'params'
  | 'updates'
  | 'segmentIds'
  | 'value'
  | 'filter'
  | 'scale'
  | 'offset'
  | 'mean'
  | 'variance'
  | 'tensor'

export type KernelInputs = Readonly<Record<InputName, Value>>

// biome-ignore lint/suspicious/noExplicitAny: attributes are typed row by row, with TensorFlow.js's own attribute types
export type KernelRule = (inputs: KernelInputs, attributes: any) => Value | Value[]

export type KernelTable = Readonly<Record<string, KernelRule>>

/** The inputs of a kernel that takes a list. */
export function inputList(inputs: KernelInputs): Value[] {
  return Object.values(inputs)
}
