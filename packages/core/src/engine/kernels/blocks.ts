/** Moving blocks of pixels between space and batch or channels: reshapes and transposes. */
import * as tf from '@tensorflow/tfjs-core'
import { UnsupportedOperationError } from '../../errors.js'
import { reshape, slice, transpose } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import type { KernelTable } from './rule.js'
import { pad } from './shaping.js'
import type { Shape4 } from './windows.js'

function spaceToBatch(x: Value, { blockShape, paddings }: tf.SpaceToBatchNDAttrs): Value {
  const product = blockShape.reduce((a, b) => a * b, 1)
  const inner = x.shape.slice(blockShape.length + 1).map((): [number, number] => [0, 0])
  const padded = pad(x, [[0, 0], ...(paddings as [number, number][]), ...inner], 0)
  const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util
  const shape = [...padded.shape]
  const blocks = reshape(padded, getReshaped(shape, blockShape, product, false))
  const permuted = transpose(blocks, getPermuted(blocks.rank, blockShape.length, false))
  return reshape(permuted, getReshapedPermuted(shape, blockShape, product, false))
}

function batchToSpace(x: Value, { blockShape, crops }: tf.BatchToSpaceNDAttrs): Value {
  const product = blockShape.reduce((a, b) => a * b, 1)
  const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util
  const shape = [...x.shape]
  const blocks = reshape(x, getReshaped(shape, blockShape, product))
  const permuted = transpose(blocks, getPermuted(blocks.rank, blockShape.length))
  const whole = reshape(permuted, getReshapedPermuted(shape, blockShape, product))
  const begin = getSliceBeginCoords(crops, blockShape.length)
  const size = getSliceSize([...whole.shape], crops, blockShape.length)
  const inner = whole.shape.slice(size.length)
  return slice(whole, [...begin, ...inner.map(() => 0)], [...size, ...inner])
}

function depthToSpace(x: Value, { blockSize: block, dataFormat }: tf.DepthToSpaceAttrs): Value {
  if (dataFormat !== 'NHWC')
    throw new UnsupportedOperationError({
      expected: "dataFormat 'NHWC'",
      received: `'${dataFormat}'`,
    })
  const [batch, height, width, depth] = x.shape as Shape4
  const channels = depth / block ** 2
  const blocks = reshape(x, [batch, height, width, block, block, channels])
  return reshape(transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, height * block, width * block, channels])
}

export const blocks: KernelTable = {
  SpaceToBatchND: ({ x }, attributes: tf.SpaceToBatchNDAttrs) => spaceToBatch(x, attributes),
  BatchToSpaceND: ({ x }, attributes: tf.BatchToSpaceNDAttrs) => batchToSpace(x, attributes),
  DepthToSpace: ({ x }, attributes: tf.DepthToSpaceAttrs) => depthToSpace(x, attributes),
}
