/** Convolution, pooling and resizing: images, filters, and how windows slide. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { NdArray } from '../../../src/engine/nd-array.js'
import { filled } from './draw.js'
import type { KernelCall, KernelCase, KernelCases } from './kernel-case.js'

type Shape4 = [number, number, number, number]
type Pad = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding

const small = fc.integer({ min: 1, max: 3 })
const pair = fc.tuple(small, small)

interface Sliding {
  strides: [number, number]
  dilations: [number, number]
  pad: Pad
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

const explicit: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [1, 0],
  [0, 1],
  [0, 0],
]

/** Either strides or dilations are one. */
const sliding = (mayDilate: boolean): fc.Arbitrary<Sliding> =>
  fc
    .record({
      pair,
      dilated: mayDilate ? fc.boolean() : fc.constant(false),
      pad: fc.constantFrom<Pad>('valid', 'same', 0, 1, explicit),
      rounding: fc.constantFrom('floor', 'round', 'ceil'),
    })
    .map(({ pair: sizes, dilated, pad, rounding }) => ({
      strides: dilated ? [1, 1] : sizes,
      dilations: dilated ? sizes : [1, 1],
      pad,
      ...(typeof pad === 'number' ? { dimRoundingMode: rounding as 'floor' } : {}),
    }))

interface Problem extends Sliding {
  x: Shape4
  filter: Shape4
  dataFormat: 'NHWC' | 'NCHW'
}

function outShape(problem: Problem, depthwise: boolean): number[] {
  const { x, filter, strides, dilations, pad, dimRoundingMode, dataFormat } = problem
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat)
  return tf.backend_util.computeConv2DInfo(
    x,
    filter,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
    format,
  ).outShape
}

/** Images, filters and windows that fit: at least one window, and padding smaller than a window. */
function problems(
  format: Problem['dataFormat'][],
  { depthwise = false, mayDilate = false } = {},
): fc.Arbitrary<Problem & { out: number[] }> {
  return fc
    .tuple(
      fc.tuple(
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 3, max: 6 }),
        fc.integer({ min: 3, max: 6 }),
      ),
      fc.tuple(small, small, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      sliding(mayDilate),
      fc.constantFrom(...format),
    )
    .map(([[batch, height, width], filter, windows, dataFormat]) => {
      const channels = filter[2]
      const x: Shape4 =
        dataFormat === 'NHWC' ? [batch, height, width, channels] : [batch, channels, height, width]
      // Explicit padding is written in the order of the axes.
      const pad =
        dataFormat === 'NCHW' && Array.isArray(windows.pad)
          ? ([explicit[0], explicit[3], explicit[1], explicit[2]] as tf.backend_util.ExplicitPadding)
          : windows.pad
      const problem = { ...windows, pad, x, filter, dataFormat }
      return { ...problem, out: outShape(problem, depthwise) }
    })
    .filter(({ out, filter, pad }) => {
      const padded = pad !== 'valid' && pad !== 'same' && pad !== 0
      return out.every((size) => size > 0) && (!padded || (filter[0] > 1 && filter[1] > 1))
    })
    .filter(({ pad, filter, strides, dilations }) => {
      // TensorFlow.js computes the width from the height where padding is one number.
      return (
        typeof pad !== 'number' || [filter, strides, dilations].every(([height, width]) => height === width)
      )
    })
}

const attributesOf = ({ strides, dilations, pad, dimRoundingMode, dataFormat }: Problem) => ({
  strides,
  dilations,
  pad,
  dimRoundingMode,
  dataFormat,
})

function images(
  drawn: fc.Arbitrary<Problem & { out: number[] }>,
  call: (problem: Problem & { out: number[] }) => {
    inputs: Record<string, fc.Arbitrary<NdArray>>
    attrs: Record<string, unknown>
  },
): fc.Arbitrary<KernelCall> {
  return drawn.chain((problem) => {
    const { inputs, attrs } = call(problem)
    return fc.record({ inputs: fc.record(inputs), attrs: fc.constant(attrs) })
  })
}

const forward = (problem: Problem) => ({
  inputs: { x: filled(problem.x), filter: filled(problem.filter) },
  attrs: attributesOf(problem),
})
const byInput = (problem: Problem & { out: number[] }) => ({
  inputs: { dy: filled(problem.out), filter: filled(problem.filter) },
  attrs: { ...attributesOf(problem), inputShape: problem.x },
})
const byFilter = (problem: Problem & { out: number[] }) => ({
  inputs: { x: filled(problem.x), dy: filled(problem.out) },
  attrs: { ...attributesOf(problem), filterShape: problem.filter },
})

/** The gradients of TensorFlow.js forget how the number of windows was rounded. */
const roundedDown = (problem: Problem) =>
  problem.dimRoundingMode === undefined || problem.dimRoundingMode === 'floor'

const activation = fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu')

function fused(drawn: fc.Arbitrary<Problem & { out: number[] }>): KernelCase {
  const draw = fc.tuple(drawn, activation, fc.boolean()).chain(([problem, name, withBias]) => {
    const { inputs, attrs } = forward(problem)
    const channels = [problem.out[problem.dataFormat === 'NHWC' ? 3 : 1] as number]
    const all: Record<string, fc.Arbitrary<NdArray>> = { ...inputs }
    if (withBias) all.bias = filled(channels)
    if (name === 'prelu') all.preluActivationWeights = filled(channels)
    return fc.record({
      inputs: fc.record(all),
      attrs: fc.constant({ ...attrs, activation: name, leakyreluAlpha: 0.3 }),
    })
  })
  return { draw, tolerance: 1e-4 }
}

const tolerance = 1e-4
const bothFormats: Problem['dataFormat'][] = ['NHWC', 'NCHW']

export const convolution: KernelCases = {
  Conv2D: { draw: images(problems(bothFormats).filter(roundedDown), forward), tolerance, runs: 20 },
  'Conv2D, dilated and rounded': {
    draw: images(problems(bothFormats, { mayDilate: true }), forward),
    kernel: 'Conv2D',
    tolerance,
    withoutGradient: 'TensorFlow.js has none for dilations',
  },
  Conv2DBackpropInput: {
    draw: images(problems(bothFormats).filter(roundedDown), byInput),
    tolerance,
    runs: 20,
  },
  Conv2DBackpropFilter: { draw: images(problems(bothFormats), byFilter), tolerance, runs: 20 },
  FusedConv2D: fused(problems(bothFormats, { mayDilate: true })),
}

const perChannel = { depthwise: true }

export const depthwise: KernelCases = {
  DepthwiseConv2dNative: { draw: images(problems(['NHWC'], perChannel), forward), tolerance, runs: 20 },
  'DepthwiseConv2dNative, dilated': {
    draw: images(problems(['NHWC'], { depthwise: true, mayDilate: true }), forward),
    kernel: 'DepthwiseConv2dNative',
    tolerance,
    withoutGradient: 'TensorFlow.js has none for dilations',
  },
  DepthwiseConv2dNativeBackpropInput: {
    draw: images(problems(['NHWC'], perChannel), byInput),
    tolerance,
  },
  DepthwiseConv2dNativeBackpropFilter: {
    draw: images(problems(['NHWC'], perChannel), byFilter),
    tolerance,
  },
  FusedDepthwiseConv2D: fused(problems(['NHWC'], { depthwise: true, mayDilate: true })),
}

function poolAttributes({ filter, strides, pad, dimRoundingMode }: Problem) {
  return { filterSize: filter.slice(0, 2), strides, pad, dimRoundingMode }
}

/** Windows at least as long as their steps: none lies wholly in the padding. */
const overlapping = problems(['NHWC'], perChannel).filter(({ filter, strides }) =>
  strides.every((stride, axis) => stride <= (filter[axis] as number)),
)
const pools = overlapping.map((problem) => ({
  ...problem,
  out: tf.backend_util.computePool2DInfo(
    problem.x,
    [problem.filter[0], problem.filter[1]],
    problem.strides,
    1,
    problem.pad,
    problem.dimRoundingMode,
  ).outShape as number[],
}))
const unpadded = pools.filter(
  ({ pad, dimRoundingMode }) => pad === 'valid' || (pad === 0 && dimRoundingMode === 'floor'),
)

const pool = (problem: Problem) => ({ inputs: { x: filled(problem.x) }, attrs: poolAttributes(problem) })
const poolGradient = (problem: Problem & { out: number[] }) => ({
  inputs: { dy: filled(problem.out), input: filled(problem.x), output: filled(problem.out) },
  attrs: poolAttributes(problem),
})

export const pooling: KernelCases = {
  MaxPool: { draw: images(pools, pool), tolerance, runs: 20 },
  MaxPoolGrad: { draw: images(pools, poolGradient), tolerance, runs: 20 },
  AvgPool: { draw: images(unpadded, pool), tolerance, runs: 20 },
  'AvgPool, padded': {
    draw: images(pools, pool),
    kernel: 'AvgPool',
    tolerance,
    withoutGradient: 'TensorFlow.js counts padding in the gradient and not in the mean',
  },
  AvgPoolGrad: { draw: images(unpadded, poolGradient), tolerance, runs: 20 },
}

// From one row on, the gradient of TensorFlow.js for aligned corners does not end.
const side = fc.integer({ min: 2, max: 5 })
const sampling = fc.constantFrom(
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
)
const halfPixels = fc.constant({ alignCorners: false, halfPixelCenters: true })

interface ResizeOptions {
  how: fc.Arbitrary<Record<string, unknown>>
  batch?: number
  square?: boolean
}

const resize = ({ how, batch = 1, square = false }: ResizeOptions): fc.Arbitrary<KernelCall> =>
  fc.tuple(side, side, side, side, how).chain(([height, width, newHeight, newWidth, attrs]) =>
    fc.record({
      inputs: fc.record({ images: filled([batch, height, square ? height : width, 2]) }),
      attrs: fc.constant({ ...attrs, size: [newHeight, newWidth] }),
    }),
  )

const resizeGradient = fc.tuple(side, side, side, sampling).chain(([size, newHeight, newWidth, attrs]) =>
  fc.record({
    inputs: fc.record({ images: filled([1, size, size, 2]), dy: filled([1, newHeight, newWidth, 2]) }),
    attrs: fc.constant({ ...attrs, size: [newHeight, newWidth] }),
  }),
)

/** Others have an adjoint test. */
const wrong = 'TensorFlow.js takes the right one only of a single square image without half pixels'
const anyImages: ResizeOptions = { how: fc.oneof(sampling, halfPixels), batch: 2 }

export const resizing: KernelCases = {
  ResizeBilinear: { draw: resize({ how: sampling, square: true }), tolerance },
  'ResizeBilinear, any images': {
    draw: resize(anyImages),
    kernel: 'ResizeBilinear',
    tolerance,
    withoutGradient: wrong,
  },
  ResizeBilinearGrad: { draw: resizeGradient, tolerance },
  ResizeNearestNeighbor: { draw: resize({ how: sampling, square: true }), tolerance },
  'ResizeNearestNeighbor, any images': {
    draw: resize(anyImages),
    kernel: 'ResizeNearestNeighbor',
    tolerance,
    withoutGradient: wrong,
  },
  ResizeNearestNeighborGrad: { draw: resizeGradient, tolerance },
}
