/**
 * Images `[B, H, W, C]` in another size. Every row of the result is a weighted mean of rows of the image, and every
 * column of columns: two products with small constant matrices, whose transposes give the gradient.
 */
import type * as tf from '@tensorflow/tfjs-core'
import { cast, matMul } from '../trace/algebra.js'
import { currentBuilder } from '../trace/current-builder.js'
import type { Value } from '../trace/ir.js'

import type { KernelTable } from './rule.js'
import { channelsFirst, channelsLast, type Shape4 } from './windows.js'

type Sampling = Pick<tf.ResizeBilinearAttrs, 'alignCorners' | 'halfPixelCenters'>

/** Which entries of an axis of `length` make the i-th result, `scale` apart, and with what shares. */
type Sampler = (
  i: number,
  scale: number,
  length: number,
  sampling: Sampling,
) => [index: number, share: number][]

const linear: Sampler = (i, scale, length, { halfPixelCenters }) => {
  const position = halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i
  const low = Math.max(0, Math.floor(position))
  const share = Math.max(0, position - low)
  return [
    [low, 1 - share],
    [Math.max(0, Math.min(length - 1, Math.ceil(position))), share],
  ]
}

const nearest: Sampler = (i, scale, length, { halfPixelCenters, alignCorners }) => {
  const position = halfPixelCenters ? scale * (i + 0.5) : scale * i
  return [[Math.min(length - 1, alignCorners ? Math.round(position) : Math.floor(position)), 1]]
}

/** `[to, from]`: each row holds the shares of one result. */
function samplingMatrix(from: number, to: number, sampler: Sampler, sampling: Sampling): Value {
  const between = sampling.alignCorners && to > 1 ? 1 : 0
  const scale = (from - between) / (to - between)
  const shares = new Float32Array(to * from)
  for (let i = 0; i < to; i++)
    for (const [index, share] of sampler(i, scale, from, sampling))
      shares[i * from + index] = (shares[i * from + index] as number) + share
  return currentBuilder().constant(shares, [to, from], 'float32')
}

function resize(images: Value, sampler: Sampler, attributes: tf.ResizeBilinearAttrs): Value {
  const [, height, width] = images.shape as Shape4
  const [newHeight, newWidth] = attributes.size
  const rows = samplingMatrix(height, newHeight, sampler, attributes)
  const columns = samplingMatrix(width, newWidth, sampler, attributes)
  const planes = channelsFirst(cast(images, 'float32'))
  return channelsLast(matMul(matMul(rows, planes), columns, false, true))
}

function gradient(dy: Value, images: Value, sampler: Sampler, sampling: Sampling): Value {
  const [, height, width] = images.shape as Shape4
  const [, newHeight, newWidth] = dy.shape as Shape4
  const rows = samplingMatrix(height, newHeight, sampler, sampling)
  const columns = samplingMatrix(width, newWidth, sampler, sampling)
  return channelsLast(matMul(matMul(rows, channelsFirst(dy), true), columns))
}

export const resizing: KernelTable = {
  ResizeBilinear: ({ images }, attributes: tf.ResizeBilinearAttrs) => resize(images, linear, attributes),
  ResizeBilinearGrad: ({ dy, images }, attributes: tf.ResizeBilinearGradAttrs) =>
    gradient(dy, images, linear, attributes),
  ResizeNearestNeighbor: ({ images }, attributes: tf.ResizeNearestNeighborAttrs) =>
    cast(resize(images, nearest, attributes), images.dtype),
  ResizeNearestNeighborGrad: ({ dy, images }, attributes: tf.ResizeNearestNeighborGradAttrs) =>
    gradient(dy, images, nearest, attributes),
}
