/** Convolution of images with its gradients. Filters are `[height, width, in, out]`, ONNX's `[out, in, height, width]`. */
import * as tf from '@tensorflow/tfjs-core'
import { add, matMul, node, reshape, slice, transpose, uniform } from '../trace/algebra.js'
import { sameShape, type Value } from '../trace/ir.js'
import { activate } from './activations.js'
import type { KernelInputs, KernelTable } from './rule.js'
import {
  channelsFirst,
  channelsLast,
  convolutionAttributes,
  type Shape4,
  transposedAttributes,
  unseen,
  type Windows,
  windowsOf,
} from './windows.js'

type Geometry = Pick<tf.Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'> &
  Partial<Pick<tf.Conv2DAttrs, 'dilations'>>

function geometry(inShape: readonly number[], filterShape: readonly number[], attributes: Geometry): Windows {
  const { strides, dilations = 1, pad, dimRoundingMode, dataFormat = 'NHWC' } = attributes
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat)
  return windowsOf(
    tf.backend_util.computeConv2DInfo(
      inShape as Shape4,
      filterShape as Shape4,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      false,
      format,
    ),
  )
}

/** Brings the channels to where ONNX wants them, and back, if they are not there already. */
const layouts = {
  NHWC: { enter: channelsFirst, leave: channelsLast },
  NCHW: { enter: (x: Value) => x, leave: (x: Value) => x },
}

/** Every window is one pixel: a matrix product over the channels. */
function isPointwise({ in: size, out, filter }: Windows, { dataFormat = 'NHWC' }: Geometry): boolean {
  return dataFormat === 'NHWC' && filter.every((length) => length === 1) && sameShape(size, out)
}

const pixels = (x: Value) => reshape(x, [x.size / (x.shape[3] as number), x.shape[3] as number])
const asMatrix = (filter: Value) => reshape(filter, [filter.shape[2] as number, filter.shape[3] as number])

function convolve(x: Value, filter: Value, attributes: Geometry): Value {
  const windows = geometry(x.shape, filter.shape, attributes)
  const { batch, outChannels, out } = windows
  if (isPointwise(windows, attributes))
    return reshape(matMul(pixels(x), asMatrix(filter)), [batch, ...out, outChannels])
  const { enter, leave } = layouts[attributes.dataFormat ?? 'NHWC']
  const inputs = [enter(x), transpose(filter, [3, 2, 0, 1])]
  return leave(node('Conv', inputs, [batch, outChannels, ...out], x.dtype, convolutionAttributes(windows)))
}

/** Gradient by the images, and what tf.conv2dTranspose computes. */
function backpropInput(dy: Value, filter: Value, attributes: tf.Conv2DBackpropInputAttrs): Value {
  const { inputShape, dataFormat } = attributes
  const windows = geometry(inputShape, filter.shape, attributes)
  const { batch, inChannels, in: size } = windows
  if (isPointwise(windows, attributes))
    return reshape(matMul(pixels(dy), asMatrix(filter), false, true), inputShape)
  const { enter, leave } = layouts[dataFormat]
  const inputs = [enter(dy), transpose(filter, [3, 2, 0, 1])]
  return leave(
    node('ConvTranspose', inputs, [batch, inChannels, ...size], dy.dtype, transposedAttributes(windows)),
  )
}

/**
 * Gradient by a filter: each of its entries sees the image in the steps of the windows, so the images are convolved
 * with dy, strides and dilations exchanged, and the batch is what is summed over.
 * @param images `[I, N, H, W]`
 * @param kernel dy, `[O, N, out height, out width]`
 * @returns `[I, O, height, width]` of the filter.
 */
export function correlate(images: Value, kernel: Value, windows: Windows, group = 1): Value {
  const { filter, out, strides, dilations } = windows
  const swapped = { ...windows, filter: out, out: filter, strides: dilations, dilations: strides }
  const surplus = unseen(windows).map((length, axis) => Math.floor(length / (dilations[axis] as number)))
  const channels = [images.shape[0] as number, kernel.shape[0] as number]
  // A sum over an empty batch: ONNX Runtime would leave its memory as it was.
  if (images.size === 0) return uniform(0, [...channels, ...filter])
  const shape = [...channels, ...filter.map((length, axis) => length + (surplus[axis] as number))]
  const result = node('Conv', [images, kernel], shape, images.dtype, convolutionAttributes(swapped, group))
  return slice(result, [0, 0, 0, 0], [...channels, ...filter])
}

function backpropFilter(x: Value, dy: Value, attributes: tf.Conv2DBackpropFilterAttrs): Value {
  const { filterShape, dataFormat } = attributes
  const windows = geometry(x.shape, filterShape, attributes)
  if (isPointwise(windows, attributes))
    return reshape(matMul(pixels(x), pixels(dy), true, false), filterShape)
  const batchInside = (images: Value) => transpose(layouts[dataFormat].enter(images), [1, 0, 2, 3])
  return transpose(correlate(batchInside(x), batchInside(dy), windows), [2, 3, 0, 1])
}

type FusedAttributes = Pick<tf.FusedConv2DAttrs, 'dataFormat' | 'activation' | 'leakyreluAlpha'>

/** Bias and activation after a convolution; vectors of them belong to the channels. */
export function finishFused(
  x: Value,
  { bias, preluActivationWeights: slope }: KernelInputs,
  attributes: FusedAttributes,
): Value {
  const perChannel = (vector: Value) =>
    attributes.dataFormat === 'NCHW' && vector.rank === 1 ? reshape(vector, [vector.size, 1, 1]) : vector
  return activate(bias ? add(x, perChannel(bias)) : x, attributes, slope && perChannel(slope))
}

export const convolution: KernelTable = {
  Conv2D: ({ x, filter }, attributes: tf.Conv2DAttrs) => convolve(x, filter, attributes),
  Conv2DBackpropInput: ({ dy, filter }, attributes: tf.Conv2DBackpropInputAttrs) =>
    backpropInput(dy, filter, attributes),
  Conv2DBackpropFilter: ({ x, dy }, attributes: tf.Conv2DBackpropFilterAttrs) =>
    backpropFilter(x, dy, attributes),
  FusedConv2D: (inputs, attributes: tf.FusedConv2DAttrs) =>
    finishFused(convolve(inputs.x, inputs.filter, attributes), inputs, attributes),
}
