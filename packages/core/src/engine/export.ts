/** From a function to an ONNX model that stands by itself; `io/export-onnx.ts` writes it to a file. */
import { InvalidArgumentError } from '../errors.js'
import type { Feed } from './compile.js'
import { type Axes, lower } from './lower.js'
import type { DType } from './nd-array.js'
import './register-gradients.js'
import { sizeLabel } from './symbolic/symbols.js'
import type { Value } from './trace/ir.js'

/** An input or output of an exported model, as its caller sees it. */
export interface OnnxPort {
  name: string
  dtype: DType
  /** Numbers, and names of open sizes. */
  shape: (number | string)[]
}

export interface OnnxModel {
  /** Contents of the `.onnx` file. */
  bytes: Uint8Array
  inputs: OnnxPort[]
  outputs: OnnxPort[]
}

/**
 * @throws TraceError when the function depends on tensor values or on a size that is open, draws random numbers, or
 *   changes anything but its result.
 * @throws UnsupportedOperationError when an operation has no form in ONNX.
 * @throws InvalidArgumentError when `axes` names no argument, or the function returns no tensor.
 */
export function onnxModelOf<Args>(
  fn: (args: Args) => unknown,
  example: Feed<Args>,
  axes: Axes = {},
): OnnxModel {
  const { model, inputs, outputs, sizesOf } = lower(fn, example as Args, { axes, standalone: true })
  if (outputs.length === 0)
    throw new InvalidArgumentError({
      argument: 'fn',
      expected: 'a function that returns tensors',
      received: 'one that returns none',
    })
  const port = (value: Value): OnnxPort => ({
    name: value.label,
    dtype: value.dtype as DType,
    shape: sizesOf(value).map(sizeLabel),
  })
  return { bytes: model, inputs: inputs.map(({ value }) => port(value)), outputs: outputs.map(port) }
}
