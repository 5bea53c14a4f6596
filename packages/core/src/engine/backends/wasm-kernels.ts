/**
 * What TensorFlow.js's WebAssembly backend lacks for training, and what it gets wrong. Without these, embeddings and
 * convolutions run forward there and have no gradient.
 */
import * as tf from '@tensorflow/tfjs-core'
import { type NdData, sizeOf } from '../nd-array.js'

/** The name of the backend in TensorFlow.js. */
export const wasmBackend = 'wasm'

/** As much as is used here of a backend that keeps numbers in host memory or can copy them there. */
type HostBackend = tf.KernelBackend & {
  write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object
  readSync(dataId: object): NdData
}

/**
 * out[s, …] = Σ x[n, …] over the n with segmentIds[n] = s: the gradient of a look-up. The plain backend's own kernel
 * walks over all of x once for every segment.
 */
const segmentSum: tf.KernelFunc = ({ inputs, attrs, backend: current }) => {
  const backend = current as HostBackend
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo }
  const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs
  const inner = x.shape.slice(segmentIds.shape.length)
  const width = sizeOf(inner)
  const values = backend.readSync(x.dataId)
  const sums =
    x.dtype === 'int32' ? new Int32Array(numSegments * width) : new Float32Array(numSegments * width)
  const segments = backend.readSync(segmentIds.dataId)
  for (let n = 0; n < segments.length; n++) {
    const segment = segments[n] as number
    if (segment < 0 || segment >= numSegments) continue
    for (let j = 0; j < width; j++)
      sums[segment * width + j] = (sums[segment * width + j] as number) + (values[n * width + j] as number)
  }
  const shape = [numSegments, ...inner]
  return { dataId: backend.write(sums, shape, x.dtype), shape, dtype: x.dtype }
}

function add(kernelName: string, kernelFunc: tf.KernelFunc): void {
  if (!tf.getKernel(kernelName, wasmBackend))
    tf.registerKernel({ kernelName, backendName: wasmBackend, kernelFunc })
}

function copyTo(
  target: HostBackend,
  source: HostBackend,
  { dataId, shape, dtype }: tf.TensorInfo,
): tf.TensorInfo {
  return { dataId: target.write(source.readSync(dataId).slice(), shape, dtype), shape, dtype }
}

/** The same kernel of the plain backend, on copies of the inputs. */
function borrowed({ kernelFunc }: tf.KernelConfig): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const own = backend as HostBackend
    const lender = tf.findBackend('cpu') as HostBackend
    const copies = Object.entries(inputs)
      .filter(([, info]) => info)
      .map(([name, info]): [string, tf.TensorInfo] => [name, copyTo(lender, own, info as tf.TensorInfo)])
    const copied = (
      Array.isArray(inputs) ? copies.map(([, info]) => info) : Object.fromEntries(copies)
    ) as tf.NamedTensorInfoMap
    const result = kernelFunc({ inputs: copied, attrs: attrs ?? {}, backend: lender })
    const outputs = [result].flat().map((output) => {
      const copy = copyTo(own, lender, output)
      lender.disposeData(output.dataId)
      return copy
    })
    for (const [, { dataId }] of copies) lender.disposeData(dataId)
    return Array.isArray(result) ? outputs : (outputs[0] as tf.TensorInfo)
  }
}

/**
 * Calls that the WebAssembly backend's kernel answers wrongly (4.22): a look-up in each row of a batch, of fewer places
 * than a row has, reads beyond the rows.
 */
const wrongCalls: Record<string, (attributes: tf.NamedAttrMap) => boolean> = {
  GatherV2: ({ batchDims }) => (batchDims as number) > 0,
}

function mend(kernelName: string, plain: tf.KernelFunc): void {
  const own = tf.getKernel(kernelName, wasmBackend)
  const isWrong = wrongCalls[kernelName]
  if (!own || !isWrong) return
  tf.unregisterKernel(kernelName, wasmBackend)
  const kernelFunc: tf.KernelFunc = (call) => (isWrong(call.attrs ?? {}) ? plain : own.kernelFunc)(call)
  tf.registerKernel({ ...own, kernelFunc })
}

let isComplete = false

/** Lets the plain backend compute what the WebAssembly backend has no right kernel for. Both must have been registered. */
export function completeWasm(): void {
  if (isComplete) return
  isComplete = true
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    const plain = borrowed(kernel)
    add(kernel.kernelName, plain)
    mend(kernel.kernelName, plain)
  }
}

add('UnsortedSegmentSum', segmentSum)
