/**
 * Windows that slide over images, for convolution and pooling. TensorFlow.js puts channels last, ONNX first; and
 * TensorFlow.js may round the number of windows up or down, which ONNX is told by the padding at the end.
 */
import type * as tf from '@tensorflow/tfjs-core'
import { UnsupportedOperationError } from '../../errors.js'
import { transpose } from '../trace/algebra.js'
import type { Attribute, Value } from '../trace/ir.js'

/** A shape of four sizes, as TensorFlow.js types it. */
export type Shape4 = [number, number, number, number]

export const channelsFirst = (x: Value): Value => transpose(x, [0, 3, 1, 2])
export const channelsLast = (x: Value): Value => transpose(x, [0, 2, 3, 1])

type Pair = [height: number, width: number]

export interface Windows {
  batch: number
  inChannels: number
  outChannels: number
  /** Height and width of the images, of the windows, and how many windows there are. */
  in: Pair
  filter: Pair
  out: Pair
  strides: Pair
  dilations: Pair
  /** Rows and columns of padding before the image. */
  before: Pair
}

/** @throws UnsupportedOperationError when there are fewer windows than fit: ONNX always makes all of them. */
export function windowsOf(info: tf.backend_util.Conv2DInfo): Windows {
  const windows = slidingWindows(info)
  const complete = unseen(windows).every((length, axis) => length < (windows.strides[axis] as number))
  if (complete) return windows
  throw new UnsupportedOperationError({
    expected: 'windows that reach the end of the image',
    received: `${windows.out.join(' × ')} windows for an image of ${windows.in.join(' × ')}`,
  })
}

function slidingWindows(info: tf.backend_util.Conv2DInfo): Windows {
  return {
    batch: info.batchSize,
    inChannels: info.inChannels,
    outChannels: info.outChannels,
    in: [info.inHeight, info.inWidth],
    filter: [info.filterHeight, info.filterWidth],
    out: [info.outHeight, info.outWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    before: [info.padInfo.top, info.padInfo.left],
  }
}

/** From the first row or column of the first window to the last of the last one. */
function extent(windows: Windows, axis: 0 | 1): number {
  const { out, strides, filter, dilations } = windows
  return (out[axis] - 1) * strides[axis] + (filter[axis] - 1) * dilations[axis] + 1
}

/** What the windows reach beyond the end of the image; negative where they stop before it. */
function excess(windows: Windows): Pair {
  const beyond = (axis: 0 | 1) => extent(windows, axis) - windows.before[axis] - windows.in[axis]
  return [beyond(0), beyond(1)]
}

/** Rows and columns at the end of the image that no window reaches. */
export function unseen(windows: Windows): Pair {
  const [rows, columns] = excess(windows)
  return [Math.max(0, -rows), Math.max(0, -columns)]
}

/** Padding as ONNX writes it: top, left, bottom, right. */
export function padding(windows: Windows): number[] {
  return [...windows.before, ...excess(windows).map((beyond) => Math.max(0, beyond))]
}

/** Attributes of Conv and, for a transposed one, of ConvTranspose. */
export function convolutionAttributes(windows: Windows, group = 1): Record<string, Attribute> {
  const { filter, strides, dilations } = windows
  return { kernel_shape: filter, strides, dilations, pads: padding(windows), group }
}

/** ConvTranspose also has to be told what the windows left unseen. */
export function transposedAttributes(windows: Windows, group = 1): Record<string, Attribute> {
  return { ...convolutionAttributes(windows, group), output_padding: unseen(windows) }
}
