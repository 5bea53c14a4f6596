/**
 * Calls with an empty tensor, and with nothing but tensors of one element, for cases whose drawn arguments never are
 * so small; or why there can be none. The others find theirs among their draws.
 */
import { NdArray, sizeOf } from '../../../src/engine/nd-array.js'
import type { KernelCall } from './kernel-case.js'

/** A call, or the reason why there is none. */
export interface ExtremeCalls {
  empty?: KernelCall | string
  single?: KernelCall | string
}

const floats = (...shape: number[]) =>
  new NdArray(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 5) / 2 - 0.75),
    shape,
  )
const integers = (...shape: number[]) => new NdArray(new Int32Array(sizeOf(shape)), shape)
const flags = (...shape: number[]) => new NdArray(new Uint8Array(sizeOf(shape)), shape, 'bool')

const [one, none] = [floats(1, 1, 1, 1), floats(0, 3, 3, 1)]
/** Windows of one or four entries, side by side. */
const window = (size: number) => ({
  strides: [1, 1],
  dilations: [1, 1],
  pad: 'valid',
  dataFormat: 'NHWC',
  size,
})
const square = (size: number) => ({ ...window(size), filterSize: [size, size] })

function convolution(attrs: Record<string, unknown> = {}): ExtremeCalls {
  return {
    empty: { inputs: { x: none, filter: floats(2, 2, 1, 1) }, attrs: { ...window(2), ...attrs } },
    single: { inputs: { x: one, filter: one }, attrs: { ...window(1), ...attrs } },
  }
}

const byInput: ExtremeCalls = {
  empty: {
    inputs: { dy: floats(0, 2, 2, 1), filter: floats(2, 2, 1, 1) },
    attrs: { ...window(2), inputShape: [0, 3, 3, 1] },
  },
  single: { inputs: { dy: one, filter: one }, attrs: { ...window(1), inputShape: [1, 1, 1, 1] } },
}

const byFilter: ExtremeCalls = {
  empty: {
    inputs: { x: none, dy: floats(0, 2, 2, 1) },
    attrs: { ...window(2), filterShape: [2, 2, 1, 1] },
  },
  single: { inputs: { x: one, dy: one }, attrs: { ...window(1), filterShape: [1, 1, 1, 1] } },
}

const linear = { activation: 'linear', leakyreluAlpha: 0.3 }

const pool: ExtremeCalls = {
  empty: { inputs: { x: none }, attrs: square(2) },
  single: { inputs: { x: one }, attrs: square(1) },
}
const poolGradient: ExtremeCalls = {
  empty: { inputs: { dy: floats(0, 2, 2, 1), input: none, output: floats(0, 2, 2, 1) }, attrs: square(2) },
  single: { inputs: { dy: one, input: one, output: one }, attrs: square(1) },
}

const resizing = { alignCorners: false, halfPixelCenters: false }
const resize: ExtremeCalls = {
  empty: { inputs: { images: none }, attrs: { ...resizing, size: [4, 2] } },
  single: { inputs: { images: one }, attrs: { ...resizing, size: [1, 1] } },
}
const resizeGradient: ExtremeCalls = {
  empty: { inputs: { images: none, dy: floats(0, 4, 2, 1) }, attrs: { ...resizing, size: [4, 2] } },
  single: { inputs: { images: one, dy: one }, attrs: { ...resizing, size: [1, 1] } },
}

const rows = floats(0, 3)
const alongRows = { axis: 1, keepDims: false }
const running: ExtremeCalls = {
  empty: { inputs: { x: rows }, attrs: { axis: 1, exclusive: false, reverse: true } },
}

const batchNorm: ExtremeCalls = {
  empty: {
    inputs: {
      x: floats(0, 2, 2, 3),
      mean: floats(3),
      variance: new NdArray(Float32Array.of(1, 2, 3), [3]),
      scale: floats(3),
      offset: floats(3),
    },
    attrs: { varianceEpsilon: 0.001 },
  },
}

export const extremeCalls: Readonly<Record<string, ExtremeCalls>> = {
  SpaceToBatchND: {
    empty: { inputs: { x: floats(0, 2) }, attrs: { blockShape: [2], paddings: [[0, 0]] } },
    single: { inputs: { x: floats(1, 1) }, attrs: { blockShape: [1], paddings: [[0, 0]] } },
  },
  BatchToSpaceND: { empty: { inputs: { x: floats(2, 0) }, attrs: { blockShape: [2], crops: [[0, 0]] } } },
  DepthToSpace: {
    empty: { inputs: { x: floats(0, 2, 2, 4) }, attrs: { blockSize: 2, dataFormat: 'NHWC' } },
    single: 'a block has at least four entries',
  },
  Conv2D: convolution(),
  'Conv2D, dilated and rounded': convolution(),
  Conv2DBackpropInput: byInput,
  Conv2DBackpropFilter: byFilter,
  FusedConv2D: convolution(linear),
  DepthwiseConv2dNative: convolution(),
  'DepthwiseConv2dNative, dilated': convolution(),
  DepthwiseConv2dNativeBackpropInput: byInput,
  DepthwiseConv2dNativeBackpropFilter: byFilter,
  FusedDepthwiseConv2D: convolution(linear),
  'GatherV2 in batches': {
    empty: { inputs: { x: floats(2, 3), indices: integers(2, 0) }, attrs: { axis: 1, batchDims: 1 } },
  },
  GatherNd: { empty: { inputs: { params: floats(3, 2), indices: integers(0, 1) } } },
  TopK: { empty: { inputs: { x: rows }, attrs: { k: 2, sorted: true } } },
  Fill: {
    empty: { inputs: {}, attrs: { shape: [0, 2], value: 1, dtype: 'float32' } },
    single: { inputs: {}, attrs: { shape: [1], value: 1, dtype: 'float32' } },
  },
  Range: {
    empty: { inputs: {}, attrs: { start: 2, stop: 2, step: 1, dtype: 'float32' } },
    single: { inputs: {}, attrs: { start: 2, stop: 3, step: 1, dtype: 'float32' } },
  },
  LinSpace: {
    empty: 'TensorFlow.js refuses to make no numbers',
    single: { inputs: {}, attrs: { start: 2, stop: 3, num: 1 } },
  },
  Einsum: {
    empty: { inputs: [rows, floats(3, 2)], attrs: { equation: 'ij,jk->ik' } },
    single: { inputs: [floats(1, 1), floats(1, 1)], attrs: { equation: 'ij,jk->ik' } },
  },
  FusedBatchNorm: batchNorm,
  'FusedBatchNorm, shorter': batchNorm,
  MaxPool: pool,
  MaxPoolGrad: poolGradient,
  AvgPool: pool,
  'AvgPool, padded': pool,
  AvgPoolGrad: poolGradient,
  Mean: { empty: { inputs: { x: rows }, attrs: alongRows } },
  Max: { empty: { inputs: { x: rows }, attrs: { reductionIndices: 1, keepDims: false } } },
  Min: { empty: { inputs: { x: rows }, attrs: alongRows } },
  Any: { empty: { inputs: { x: flags(0, 3) }, attrs: alongRows } },
  All: { empty: { inputs: { x: flags(0, 3) }, attrs: alongRows } },
  ArgMax: { empty: { inputs: { x: rows }, attrs: { axis: 1 } } },
  ArgMin: { empty: { inputs: { x: rows }, attrs: { axis: 1 } } },
  Softmax: { empty: { inputs: { logits: rows }, attrs: { dim: 1 } } },
  Cumsum: running,
  'Cumsum, along any axis': running,
  Cumprod: running,
  ResizeBilinear: resize,
  'ResizeBilinear, any images': resize,
  ResizeBilinearGrad: resizeGradient,
  ResizeNearestNeighbor: resize,
  'ResizeNearestNeighbor, any images': resize,
  ResizeNearestNeighborGrad: resizeGradient,
  ScatterNd: {
    empty: { inputs: { indices: integers(0, 1), updates: floats(0, 2) }, attrs: { shape: [3, 2] } },
  },
  TensorScatterUpdate: {
    empty: { inputs: { tensor: floats(3, 2), indices: integers(0, 1), updates: floats(0, 2) } },
  },
  SparseToDense: {
    empty: {
      inputs: { sparseIndices: integers(0), sparseValues: floats(0), defaultValue: floats() },
      attrs: { outputShape: [4] },
    },
  },
  Unpack: {
    empty: { inputs: { value: floats(2, 0) }, attrs: { axis: 0 } },
    // Of floats TensorFlow.js has no gradient where there is but one piece.
    single: { inputs: { value: integers(1) }, attrs: { axis: 0 } },
  },
  SplitV: { empty: { inputs: { x: floats(0, 4) }, attrs: { axis: 1, numOrSizeSplits: [1, 3] } } },
  StridedSlice: {
    empty: {
      inputs: { x: rows },
      attrs: {
        begin: [0, 0],
        end: [0, 3],
        strides: [1, 2],
        beginMask: 0,
        endMask: 0,
        ellipsisMask: 0,
        newAxisMask: 0,
        shrinkAxisMask: 0,
      },
    },
  },
  MirrorPad: {
    empty: {
      inputs: { x: rows },
      attrs: {
        mode: 'reflect',
        paddings: [
          [0, 0],
          [1, 2],
        ],
      },
    },
  },
}
