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
  | 'image'
  | 'images'
  | 'logits'
  | 'alpha'
  | 'condition'
  | 't'
  | 'e'
  | 'indices'
  | 'params'
  | 'updates'
  | 'segmentIds'
  | 'sparseIndices'
  | 'sparseValues'
  | 'defaultValue'
  | 'value'
  | 'filter'
  | 'mean'
  | 'variance'
  | 'tensor'
  | 'weights'

/** Inputs that a kernel may be called without. */
type OptionalInputName = 'bias' | 'preluActivationWeights' | 'scale' | 'offset'

export type KernelInputs = Readonly<Record<InputName, Value> & Partial<Record<OptionalInputName, Value>>>

/**
 * Throws an UnsupportedOperationError whose `expected` says what the kernel would have to come with; the operation's
 * name and the user's line are added to it.
 */
// biome-ignore lint/suspicious/noExplicitAny: attributes are typed row by row, with TensorFlow.js's own attribute types
export type KernelRule = (inputs: KernelInputs, attributes: any) => Value | Value[]

export type KernelTable = Readonly<Record<string, KernelRule>>

/** The inputs of a kernel that takes a list. */
export function inputList(inputs: KernelInputs): Value[] {
  return Object.values(inputs)
}

/** An axis counted from the front. */
export const frontAxis = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis)
