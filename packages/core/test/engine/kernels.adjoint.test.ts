/**
 * Gradients of linear operations on images, where those of TensorFlow.js's plain backend are wrong: ⟨dy, A x⟩ must
 * equal ⟨Aᵀ dy, x⟩.
 */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { NdArray, sizeOf } from '../../src/engine/nd-array.js'
import { Rng } from '../../src/engine/random.js'

type Images = tf.Tensor4D

const operations: Record<string, { shape: number[]; apply: (x: Images) => tf.Tensor }> = {
  'mean over windows that reach into the padding': {
    shape: [2, 5, 4, 3],
    apply: (x) => tf.avgPool(x, [3, 2], [2, 1], 'same'),
  },
  'bilinear resizing, not square': {
    shape: [2, 3, 5, 2],
    apply: (x) => tf.image.resizeBilinear(x, [4, 2]),
  },
  'bilinear resizing with half pixels': {
    shape: [2, 3, 5, 2],
    apply: (x) => tf.image.resizeBilinear(x, [7, 6], false, true),
  },
  'nearest neighbours of several images': {
    shape: [3, 4, 2, 2],
    apply: (x) => tf.image.resizeNearestNeighbor(x, [3, 5]),
  },
  'nearest neighbours with half pixels': {
    shape: [2, 4, 2, 1],
    apply: (x) => tf.image.resizeNearestNeighbor(x, [6, 3], false, true),
  },
}

function random(shape: readonly number[], rng: Rng): NdArray {
  return new NdArray(
    Float32Array.from({ length: sizeOf(shape) }, () => rng.nextNormal()),
    shape,
  )
}

function dot(a: NdArray, b: NdArray): number {
  return [...a.data].reduce((sum, value, i) => sum + value * (b.data[i] as number), 0)
}

describe('gradients of linear operations on images are their adjoints', () => {
  for (const [name, { shape, apply }] of Object.entries(operations))
    it(name, async () => {
      const rng = new Rng(3)
      const x = random(shape, rng)
      const forward = compile((args: { x: tf.Tensor }) => ({ y: apply(args.x as Images) }), {
        engine: 'onnxruntime',
      })
      const { y } = await forward({ x })
      const dy = random(y.shape, rng)
      const backward = compile(
        (args: { x: tf.Tensor; dy: tf.Tensor }) => ({
          dx: tf.grad((images) => apply(images as Images))(args.x, args.dy),
        }),
        { engine: 'onnxruntime' },
      )
      for (let run = 0; run < 3; run++) {
        const { dx } = await backward({ x, dy })
        expect(dx.shape).toEqual(shape)
        expect(dot(dx, x)).toBeCloseTo(dot(dy, y), 3)
      }
    })
})
