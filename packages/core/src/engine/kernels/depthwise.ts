/**
 * Depthwise convolution: every channel has filters of its own, M of them. Filters are `[height, width, C, M]`; ONNX
 * writes a convolution in C groups with filters `[C·M, 1, height, width]`.
 */
import * as tf from '@tensorflow/tfjs-core'
import { node, reshape, transpose } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import { correlate, finishFused } from './convolution.js'
import type { KernelTable } from './rule.js'
import {
  channelsFirst,
  channelsLast,
  convolutionAttributes,
  type Shape4,
  transposedAttributes,
  type Windows,
  windowsOf,
} from './windows.js'

type Geometry = Pick<tf.DepthwiseConv2dNativeAttrs, 'strides' | 'pad' | 'dimRoundingMode'> &
  Partial<Pick<tf.DepthwiseConv2dNativeAttrs, 'dilations'>>

function geometry(inShape: readonly number[], filterShape: readonly number[], attributes: Geometry): Windows {
  const { strides, dilations, pad, dimRoundingMode } = attributes
  return windowsOf(
    tf.backend_util.computeConv2DInfo(
      inShape as Shape4,
      filterShape as Shape4,
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      true,
    ),
  )
}

function grouped(filter: Value): Value {
  const [height, width, channels, multiplier] = filter.shape as Shape4
  return reshape(transpose(filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width])
}

function convolve(x: Value, filter: Value, attributes: Geometry): Value {
  const windows = geometry(x.shape, filter.shape, attributes)
  const { batch, inChannels, outChannels, out } = windows
  const shape = [batch, outChannels, ...out]
  const inputs = [channelsFirst(x), grouped(filter)]
  return channelsLast(node('Conv', inputs, shape, x.dtype, convolutionAttributes(windows, inChannels)))
}

function backpropInput(
  dy: Value,
  filter: Value,
  attributes: tf.DepthwiseConv2dNativeBackpropInputAttrs,
): Value {
  const windows = geometry(attributes.inputShape, filter.shape, attributes)
  const { batch, inChannels, in: size } = windows
  const inputs = [channelsFirst(dy), grouped(filter)]
  return channelsLast(
    node(
      'ConvTranspose',
      inputs,
      [batch, inChannels, ...size],
      dy.dtype,
      transposedAttributes(windows, inChannels),
    ),
  )
}

function backpropFilter(x: Value, dy: Value, attributes: tf.DepthwiseConv2dNativeBackpropFilterAttrs): Value {
  const { filterShape } = attributes
  const windows = geometry(x.shape, filterShape, attributes)
  const { batch, inChannels, in: size } = windows
  const [height, width, channels, multiplier] = filterShape
  const batchInside = (images: Value) => transpose(images, [3, 0, 1, 2])
  const images = reshape(batchInside(x), [1, inChannels * batch, ...size])
  const gradient = correlate(images, batchInside(dy), windows, inChannels)
  return transpose(reshape(gradient, [channels, multiplier, height, width]), [2, 3, 0, 1])
}

export const depthwise: KernelTable = {
  DepthwiseConv2dNative: ({ x, filter }, attributes: tf.DepthwiseConv2dNativeAttrs) =>
    convolve(x, filter, attributes),
  DepthwiseConv2dNativeBackpropInput: (
    { dy, filter },
    attributes: tf.DepthwiseConv2dNativeBackpropInputAttrs,
  ) => backpropInput(dy, filter, attributes),
  DepthwiseConv2dNativeBackpropFilter: ({ x, dy }, attributes: tf.DepthwiseConv2dNativeBackpropFilterAttrs) =>
    backpropFilter(x, dy, attributes),
  FusedDepthwiseConv2D: (inputs, attributes: tf.FusedDepthwiseConv2DAttrs) =>
    finishFused(convolve(inputs.x, inputs.filter, attributes), inputs, attributes),
}
