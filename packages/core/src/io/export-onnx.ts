/** The forward graph of a function as an `.onnx` file, for every runtime that reads ONNX. */
import type { Feed } from '../engine/compile.js'
import { type OnnxPort, onnxModelOf } from '../engine/export.js'
import type { Axes } from '../engine/lower.js'
import { writeFileAtomically } from './storage.js'

export interface ExportOnnxOptions<Args> {
  /** Where the file goes; folders on the way are made. */
  path: string
  /** Arguments to trace with. Their values do not matter; their shapes do, except for `axes`. */
  example: Feed<Args>
  /**
   * Sizes that stay open: for an argument, by its path, a name for every axis that may have any size (null: fixed).
   * Axes with one name have one size. Default: none, so that the model takes exactly the shapes of the example.
   */
  axes?: Axes
}

/** What the file takes and gives. */
export interface ExportedOnnx {
  inputs: OnnxPort[]
  outputs: OnnxPort[]
}

/**
 * Writes a function of tensors as an ONNX model: operator set 17, standard domain only, so that ONNX Runtime in any
 * language, Triton, browsers and phones run it.
 *
 * Inputs are the arguments, named by their paths (`state.h`; `input` for a bare tensor); outputs are the results, by
 * theirs (`output`), with `_out` behind a name that an input has already. Parameters, and tensors from outside the
 * function, are constants with their present values. Loops over time are `Scan` operators of any length.
 *
 * @param fn as for `compile`: it must not read tensor values. Switch dropout off.
 * @throws TraceError when the function depends on tensor values or on a size that is open, draws random numbers, or
 *   changes anything but its result (an optimiser, a variable): the message names the line.
 * @throws UnsupportedOperationError when an operation has no form in ONNX.
 * @throws InvalidArgumentError when `axes` names no argument, or the function returns no tensor.
 * @throws StorageError when the file cannot be written; one that was there before is untouched then.
 *
 * @example
 * const lstm = new Lstm({ inputSize: 8, hiddenSize: 32, rng: new Rng(1) })
 * await exportOnnx(({ x }: { x: tf.Tensor }) => ({ outputs: lstm.forward(x).outputs }), {
 *   path: 'lstm.onnx',
 *   example: { x: NdArray.zeros([1, 10, 8]) },
 *   axes: { x: ['batch', 'time', null] },
 * }) // inputs: x [batch, time, 8]; outputs: outputs [batch, time, 32]
 */
export async function exportOnnx<Args>(
  fn: (args: Args) => unknown,
  { path, example, axes }: ExportOnnxOptions<Args>,
): Promise<ExportedOnnx> {
  const { bytes, inputs, outputs } = onnxModelOf(fn, example, axes)
  await writeFileAtomically(path, bytes)
  return { inputs, outputs }
}
