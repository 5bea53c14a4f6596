/** Largest and mean values of windows, with their gradients. */
import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../nd-array.js'
import { div, node, reshape, uniform } from '../trace/algebra.js'
import { currentBuilder } from '../trace/current-builder.js'
import type { Value } from '../trace/ir.js'
import type { KernelTable } from './rule.js'
import {
  channelsFirst,
  channelsLast,
  padding,
  type Shape4,
  transposedAttributes,
  type Windows,
  windowsOf,
} from './windows.js'

type Geometry = Pick<tf.MaxPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>

function geometry(x: Value, { filterSize, strides, pad, dimRoundingMode }: Geometry): Windows {
  return windowsOf(
    tf.backend_util.computePool2DInfo(x.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode),
  )
}

const poolAttributes = (windows: Windows) => ({
  kernel_shape: windows.filter,
  strides: windows.strides,
  pads: padding(windows),
})

const outShape = ({ batch, inChannels, out }: Windows) => [batch, inChannels, ...out]

function pool(op: 'MaxPool' | 'AveragePool', x: Value, attributes: Geometry): Value {
  const windows = geometry(x, attributes)
  return channelsLast(node(op, [channelsFirst(x)], outShape(windows), x.dtype, poolAttributes(windows)))
}

/** dy returns to where the largest value of each window came from: the first one, if there are several. */
function maxPoolGradient(dy: Value, x: Value, attributes: Geometry): Value {
  const windows = geometry(x, attributes)
  const images = channelsFirst(x)
  const shape = outShape(windows)
  const [, positions] = currentBuilder().emit({
    op: 'MaxPool',
    inputs: [images],
    outputs: [
      [shape, x.dtype],
      [shape, 'int64'],
    ],
    attributes: poolAttributes(windows),
  }) as [Value, Value]
  const flat = (value: Value) => reshape(value, [sizeOf(shape)])
  const scattered = node(
    'ScatterElements',
    [uniform(0, [x.size], dy.dtype), flat(positions), flat(channelsFirst(dy))],
    [x.size],
    dy.dtype,
    { axis: 0, reduction: 'add' },
  )
  return channelsLast(reshape(scattered, images.shape))
}

/** How many pixels of the image each window sees: those of the padding do not count. */
function pixelCounts({ in: size, out, filter, strides, before }: Windows): Value {
  const seen = (axis: 0 | 1) =>
    Array.from({ length: out[axis] }, (_, i) => {
      const start = i * strides[axis] - before[axis]
      return Math.min(size[axis], start + filter[axis]) - Math.max(0, start)
    })
  const [rows, columns] = [seen(0), seen(1)]
  const counts = rows.flatMap((height) => columns.map((width) => height * width))
  return currentBuilder().constant(Float32Array.from(counts), out, 'float32')
}

/**
 * dy / count spread over the pixels of its window. TensorFlow.js divides by the window's size even where part of it is
 * padding, which is not the gradient of its own mean; this is.
 */
function averagePoolGradient(dy: Value, x: Value, attributes: Geometry): Value {
  const windows = geometry(x, attributes)
  const { batch, inChannels, in: size, out, filter } = windows
  const shares = div(channelsFirst(dy), pixelCounts(windows))
  const spread = node(
    'ConvTranspose',
    [reshape(shares, [batch * inChannels, 1, ...out]), uniform(1, [1, 1, ...filter])],
    [batch * inChannels, 1, ...size],
    dy.dtype,
    transposedAttributes(windows),
  )
  return channelsLast(reshape(spread, [batch, inChannels, ...size]))
}

export const pooling: KernelTable = {
  MaxPool: ({ x }, attributes: tf.MaxPoolAttrs) => pool('MaxPool', x, attributes),
  MaxPoolGrad: ({ dy, input }, attributes: tf.MaxPoolGradAttrs) => maxPoolGradient(dy, input, attributes),
  AvgPool: ({ x }, attributes: tf.AvgPoolAttrs) => pool('AveragePool', x, attributes),
  AvgPoolGrad: ({ dy, input }, attributes: tf.AvgPoolGradAttrs) => averagePoolGradient(dy, input, attributes),
}
